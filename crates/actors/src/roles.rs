//! Nouns for what people and bodies are: `surveyor` a person, `militia` a body, `rebels` several people.
//!
//! In: a folded head word. Out: its type and whether it is a plural. The table is `knowledge/roles.csv`.

use crate::csv::rows;
use model::EntityType;
use std::collections::HashMap;
use std::sync::LazyLock;

static ROLES: LazyLock<HashMap<String, (EntityType, bool)>> = LazyLock::new(|| {
    let mut out = HashMap::new();
    for row in rows(include_str!("../../../knowledge/roles.csv")).into_iter().skip(1) {
        let cell = |k: usize| row.get(k).map_or("", |c| c.trim());
        let kind = match cell(2) {
            "person" => EntityType::Person,
            "organisation" => EntityType::Organisation,
            "group" => EntityType::Group,
            "channel" => EntityType::Channel,
            _ => continue,
        };
        out.insert(cell(0).to_owned(), (kind, false));
        if !cell(1).is_empty() {
            out.insert(cell(1).to_owned(), (kind, true));
        }
    }
    out
});

/// What a noun stands for, and whether it is a plural.
pub(crate) fn role(head: &str) -> Option<(EntityType, bool)> {
    ROLES.get(head).copied().or_else(|| {
        let single = head.strip_suffix('s')?;
        ROLES.get(single).map(|(kind, _)| (*kind, true))
    })
}

#[cfg(test)]
mod tests {
    use super::role;
    use model::EntityType;

    #[test]
    fn nouns_are_known_in_singular_and_plural() {
        assert_eq!(role("cardiologist"), Some((EntityType::Person, false)));
        assert_eq!(role("cardiologists"), Some((EntityType::Person, true)));
        assert_eq!(role("windmill"), None);
    }
}
