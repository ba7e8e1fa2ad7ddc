//! Each rule of V3 and V4, broken alone in an archive that is otherwise true.

use std::collections::BTreeSet;

use super::Support;
use super::codes;
use super::library::Library;
use super::library::STATUS;
use crate::model::Section;

fn codes_of(library: &Library) -> BTreeSet<&'static str> {
    let verdict = library.check();
    verdict
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn a_true_archive_has_no_finding() {
    let verdict = Library::sample().check();
    assert_eq!(verdict.findings, []);
    assert_eq!(verdict.support, Support::Whole);
    let facts = verdict.facts.unwrap();
    assert_eq!((facts.completeness.status, facts.gaps), (STATUS, 3));
    assert_eq!(facts.archive.roots, facts.roots);
}
