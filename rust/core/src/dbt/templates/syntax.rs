//! What a template says.

/// A template that was read.
#[derive(Debug)]
pub struct Template {
    pub(super) body: Vec<Statement>,
}

/// A statement and the line that it starts on.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) line: u32,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Text(Box<str>),
    Print(Expression),
    /// Branches, of which the first that is true runs, and what runs if none is.
    If(Vec<(Expression, Vec<Statement>)>, Vec<Statement>),
    For(Box<For>),
    Set(Target, Expression),
    SetBlock(Target, Vec<Filter>, Vec<Statement>),
    FilterBlock(Vec<Filter>, Vec<Statement>),
    With(Vec<(Target, Expression)>, Vec<Statement>),
    Do(Expression),
    Break,
    Continue,
    /// A statement that is refused where it is reached.
    Unsupported(&'static str),
}

#[derive(Debug)]
pub(super) struct For {
    pub(super) target: Target,
    pub(super) iterated: Expression,
    pub(super) condition: Option<Expression>,
    pub(super) body: Vec<Statement>,
    pub(super) otherwise: Vec<Statement>,
}

#[derive(Debug)]
pub(super) enum Target {
    Name(Box<str>),
    Attribute(Box<str>, Box<str>),
    Tuple(Vec<Target>),
}

/// An expression and the line that it starts on.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) line: u32,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Name(Box<str>),
    None,
    Boolean(bool),
    /// None: an integer that is too large.
    Integer(Option<i64>),
    Float(f64),
    Text(Box<str>),
    List(Vec<Expression>),
    Tuple(Vec<Expression>),
    Dictionary(Vec<(Expression, Expression)>),
    Not(Box<Expression>),
    Negate(Box<Expression>),
    Arithmetic(Arithmetic, Box<(Expression, Expression)>),
    And(Box<(Expression, Expression)>),
    Or(Box<(Expression, Expression)>),
    Concat(Vec<Expression>),
    Compare(Box<Expression>, Vec<(Comparison, Expression)>),
    /// Test, value if true, value if not.
    Condition(Box<(Expression, Expression, Option<Expression>)>),
    Attribute(Box<Expression>, Box<str>),
    Item(Box<(Expression, Expression)>),
    Slice(Box<Expression>, Box<[Option<Expression>; 3]>),
    Filter(Box<Expression>, Filter),
    Test(Box<Expression>, Filter),
    Call(Box<Call>),
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) called: Expression,
    /// The dotted name of what is called, if it has one, and the length of its first part.
    pub(super) path: Option<(Box<str>, usize)>,
    pub(super) arguments: Arguments,
}

/// A filter or a test, without the value that it is for.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) name: Box<str>,
    pub(super) arguments: Arguments,
}

#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) given: Vec<Expression>,
    pub(super) named: Vec<(Box<str>, Expression)>,
    /// Whether there are `*` or `**` arguments, which are refused.
    pub(super) splat: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}
