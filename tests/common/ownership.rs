//! Every combination that decides about the owner of a route, and what becomes of the route.

/// The combinations.
///
/// - PROTOCOL and FORM are those of a route in the kernel. A plain route is like one of ours, the
///   other form has a further attribute.
/// - LINE says whether a line above or below the marker is about the route. Without a line below
///   the marker, the route is older than the run that writes this line.
/// - TWIN: a plain route of protocol 128 is beside it.
///
/// OWNER is the owner of the route. WANTED are the routes of this place after a run that wants one
/// there, and DROPPED those after a later run that does not. `*` marks the other form, `!` a
/// conflict.
const TABLE: &str = "\
PROTOCOL FORM  LINE   TWIN  | OWNER   | WANTED       | DROPPED
boot    plain  none   -     | copy    | boot 128     | boot
boot    plain  none   twin  | copy    | boot 128     | boot
boot    plain  above  -     | copy    | boot 128     | boot
boot    plain  above  twin  | copy    | boot 128     | boot
boot    plain  below  -     | ours    | boot         | -
boot    plain  below  twin  | copy    | boot 128     | boot
boot    plain  both   -     | copy    | boot 128     | boot
boot    plain  both   twin  | copy    | boot 128     | boot
boot    other  none   -     | another | boot* !      | boot*
boot    other  none   twin  | another | boot* 128    | boot*
boot    other  above  -     | another | boot* !      | boot*
boot    other  above  twin  | another | boot* 128    | boot*
boot    other  below  -     | another | boot* !      | boot*
boot    other  below  twin  | another | boot* 128    | boot*
boot    other  both   -     | another | boot* !      | boot*
boot    other  both   twin  | another | boot* 128    | boot*
static  plain  none   -     | copy    | static 128   | static
static  plain  none   twin  | copy    | static 128   | static
static  plain  above  -     | copy    | static 128   | static
static  plain  above  twin  | copy    | static 128   | static
static  plain  below  -     | ours    | static       | -
static  plain  below  twin  | copy    | static 128   | static
static  plain  both   -     | copy    | static 128   | static
static  plain  both   twin  | copy    | static 128   | static
static  other  none   -     | another | static* !    | static*
static  other  none   twin  | another | static* 128  | static*
static  other  above  -     | another | static* !    | static*
static  other  above  twin  | another | static* 128  | static*
static  other  below  -     | another | static* !    | static*
static  other  below  twin  | another | static* 128  | static*
static  other  both   -     | another | static* !    | static*
static  other  both   twin  | another | static* 128  | static*
zebra   plain  none   -     | another | zebra !      | zebra
zebra   plain  none   twin  | another | zebra 128    | zebra
zebra   plain  above  -     | another | zebra !      | zebra
zebra   plain  above  twin  | another | zebra 128    | zebra
zebra   plain  below  -     | another | zebra !      | zebra
zebra   plain  below  twin  | another | zebra 128    | zebra
zebra   plain  both   -     | another | zebra !      | zebra
zebra   plain  both   twin  | another | zebra 128    | zebra
zebra   other  none   -     | another | zebra* !     | zebra*
zebra   other  none   twin  | another | zebra* 128   | zebra*
zebra   other  above  -     | another | zebra* !     | zebra*
zebra   other  above  twin  | another | zebra* 128   | zebra*
zebra   other  below  -     | another | zebra* !     | zebra*
zebra   other  below  twin  | another | zebra* 128   | zebra*
zebra   other  both   -     | another | zebra* !     | zebra*
zebra   other  both   twin  | another | zebra* 128   | zebra*
128     plain  none   -     | ours    | 128          | -
128     plain  above  -     | ours    | 128          | boot
128     plain  below  -     | ours    | 128          | -
128     plain  both   -     | ours    | 128          | boot
128     other  none   -     | ours    | 128          | -
128     other  none   twin  | ours    | 128          | -
128     other  above  -     | ours    | 128          | boot
128     other  above  twin  | ours    | 128          | boot
128     other  below  -     | ours    | 128          | -
128     other  below  twin  | ours    | 128          | -
128     other  both   -     | ours    | 128          | boot
128     other  both   twin  | ours    | 128          | boot";

/// A combination.
#[derive(Debug)]
pub(crate) struct Row {
    /// The number of the row, from 0.
    pub(crate) number: usize,
    /// The name of the protocol, for iproute2.
    pub(crate) protocol: &'static str,
    pub(crate) is_plain: bool,
    pub(crate) is_above: bool,
    pub(crate) is_below: bool,
    pub(crate) has_twin: bool,
    pub(crate) owner: &'static str,
    wanted: Vec<&'static str>,
    dropped: Vec<&'static str>,
}

/// Returns all rows.
pub(crate) fn rows() -> Vec<Row> {
    let rows: Vec<Row> = TABLE.lines().skip(1).enumerate().map(|(number, line)| Row::parse(number, line)).collect();
    // Of 2 forms, 4 places of lines and 2 twins. A plain route of protocol 128 is the twin itself.
    assert_eq!(rows.len(), 4 * 2 * 4 * 2 - 4);
    rows
}

impl Row {
    fn parse(number: usize, line: &'static str) -> Self {
        let mut columns = line.split('|');
        let mut next = || -> Vec<&'static str> { columns.next().expect("four columns").split_whitespace().collect() };
        let (combination, owner, wanted, dropped) = (next(), next(), next(), next());
        let [protocol, form, line, twin] = combination[..] else { panic!("four words: {combination:?}") };
        Self {
            number,
            protocol,
            is_plain: form == "plain",
            is_above: ["above", "both"].contains(&line),
            is_below: ["below", "both"].contains(&line),
            has_twin: twin == "twin",
            owner: owner[0],
            wanted,
            dropped: dropped.into_iter().filter(|route| *route != "-").collect(),
        }
    }

    /// Returns the destination, which no other row has.
    pub(crate) fn prefix(&self) -> String {
        format!("10.{}.0.0/16", self.number)
    }

    /// Returns the line of a route file.
    pub(crate) fn line(&self) -> String {
        format!("{} via 169.254.127.126 dev kni254 metric 5\n", self.prefix())
    }

    /// Returns true if the wanted route is a conflict.
    pub(crate) fn is_conflict(&self) -> bool {
        self.wanted.contains(&"!")
    }

    /// Returns the routes of this place while one is wanted, sorted.
    pub(crate) fn wanted(&self) -> Vec<&'static str> {
        sorted(self.wanted.iter().filter(|route| **route != "!"))
    }

    /// Returns the routes of this place after none is wanted, sorted.
    pub(crate) fn dropped(&self) -> Vec<&'static str> {
        sorted(self.dropped.iter())
    }
}

fn sorted<'r>(routes: impl Iterator<Item = &'r &'static str>) -> Vec<&'static str> {
    let mut routes: Vec<&'static str> = routes.copied().collect();
    routes.sort_unstable();
    routes
}

/// Returns a route file with the lines of all rows.
pub(crate) fn file(rows: &[Row]) -> String {
    let lines = |is_in: fn(&Row) -> bool| rows.iter().filter(|row| is_in(row)).map(Row::line).collect::<String>();
    format!("{}{}\n{}", lines(|row| row.is_above), super::router::MARKER, lines(|row| row.is_below))
}
