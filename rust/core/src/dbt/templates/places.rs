//! Where expressions start, and what minijinja does not tell of them.

use minijinja::machinery::ast::{Expr, UnaryOpKind};

/// The dotted name of what is called, if it has one, and the length of its first part.
pub(super) fn path(text: &str, called: &Expr<'_>) -> Option<(Box<str>, usize)> {
    let mut names = Vec::new();
    let mut rest = called;
    while let Expr::GetAttr(attribute) = rest {
        names.push(attribute.name);
        rest = &attribute.expr;
    }
    while let Some(negated) = bare_negation(text, rest) {
        rest = negated;
    }
    let Expr::Var(first) = rest else { return None };
    names.push(first.id);
    names.reverse();
    Some((Box::from(names.join(".")), first.id.len()))
}

/// How many signs stand before what attributes, subscripts or calls follow. minijinja takes `-x.y` for
/// `(-x).y`; for Jinja, as for Python, it is `-(x.y)`.
pub(super) fn negations(text: &str, expression: &Expr<'_>) -> usize {
    let mut rest = match expression {
        Expr::GetAttr(_) | Expr::GetItem(_) | Expr::Slice(_) | Expr::Call(_) => expression,
        _ => return 0,
    };
    loop {
        rest = match rest {
            Expr::GetAttr(attribute) => &attribute.expr,
            Expr::GetItem(item) => &item.expr,
            Expr::Slice(slice) => &slice.expr,
            Expr::Call(call) => &call.expr,
            _ => break,
        };
    }
    let mut count = 0;
    while let Some(negated) = bare_negation(text, rest) {
        count += 1;
        rest = negated;
    }
    count
}

/// What a sign stands before, if no parenthesis ends behind it.
fn bare_negation<'e, 's>(text: &str, expression: &'e Expr<'s>) -> Option<&'e Expr<'s>> {
    let Expr::UnaryOp(unary) = expression else { return None };
    let end = unary.span().end_offset as usize;
    let next = text.get(end..).unwrap_or_default().trim_start();
    (matches!(unary.op, UnaryOpKind::Neg) && !next.starts_with(')')).then_some(&unary.expr)
}

/// Where an expression starts; minijinja tells it of names and constants alone.
pub(super) fn first_offset(text: &str, expression: &Expr<'_>) -> u32 {
    let mut rest = expression;
    loop {
        rest = match rest {
            Expr::Slice(slice) => &slice.expr,
            Expr::BinOp(binary) => &binary.left,
            Expr::Compare(compare) => &compare.expr,
            Expr::IfExpr(condition) => &condition.true_expr,
            Expr::Test(tested) => &tested.expr,
            Expr::GetAttr(attribute) => &attribute.expr,
            Expr::GetItem(item) => &item.expr,
            Expr::Call(call) => &call.expr,
            Expr::Filter(filter) => match &filter.expr {
                Some(value) => value,
                None => return filter.span().start_offset,
            },
            Expr::UnaryOp(unary) => {
                let start = unary.span().start_offset;
                let written = text.get(start as usize..).unwrap_or_default();
                if written.starts_with('-') || written.starts_with("not") {
                    return start;
                }
                &unary.expr
            }
            Expr::Var(_) | Expr::Const(_) | Expr::List(_) | Expr::Map(_) => return rest.span().start_offset,
        };
    }
}
