//! Where expressions start, and what minijinja does not tell of them.

use minijinja::machinery::ast::{Expr, UnaryOpKind};

/// The dotted name of what is called, if it has one, and the length of its first part.
pub(super) fn path(text: &str, called: &Expr<'_>) -> Option<(Box<str>, usize)> {
    let mut names = Vec::new();
    let mut rest = called;
    let mut is_closed = false;
    while let Expr::GetAttr(attribute) = rest {
        is_closed |= is_before_parenthesis(text, attribute.span().end_offset);
        names.push(attribute.name);
        rest = &attribute.expr;
    }
    while !is_closed && let Some(negated) = bare_negation(text, rest) {
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
        let end = match rest {
            Expr::GetAttr(attribute) => attribute.span().end_offset,
            Expr::GetItem(item) => item.span().end_offset,
            Expr::Slice(slice) => slice.span().end_offset,
            Expr::Call(call) => call.span().end_offset,
            _ => continue,
        };
        // The signs are within parentheses, with what is read before.
        if is_before_parenthesis(text, end) {
            return 0;
        }
    }
    let mut count = 0;
    while let Some(negated) = bare_negation(text, rest) {
        count += 1;
        rest = negated;
    }
    count
}

/// Whether a parenthesis ends behind an offset.
fn is_before_parenthesis(text: &str, offset: u32) -> bool {
    text.get(offset as usize..).unwrap_or_default().trim_start().starts_with(')')
}

/// What a sign stands before, if no parenthesis ends behind it.
fn bare_negation<'e, 's>(text: &str, expression: &'e Expr<'s>) -> Option<&'e Expr<'s>> {
    let Expr::UnaryOp(unary) = expression else { return None };
    let is_bare =
        matches!(unary.op, UnaryOpKind::Neg) && !is_before_parenthesis(text, unary.span().end_offset);
    is_bare.then_some(&unary.expr)
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
            // A tuple begins with its first item: jinja2 does not tell where its bracket is.
            Expr::List(list)
                if !text.get(list.span().start_offset as usize..).is_some_and(|at| at.starts_with('[')) =>
            {
                match list.items.first() {
                    Some(first) => first,
                    None => return list.span().start_offset,
                }
            }
            Expr::Var(_) | Expr::Const(_) | Expr::List(_) | Expr::Map(_) => return rest.span().start_offset,
        };
    }
}
