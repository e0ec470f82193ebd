//! Entities from clusters that are known already: gold annotation, or corrections by hand.

use crate::entity::{Cluster, Member, entities};
use crate::features::Prepared;
use model::{Entity, EntityType, Span};

/// Entities with forms, names and roles from the spans of their mentions.
pub fn entities_of_clusters(text: &str, clusters: &[(EntityType, Vec<Span>)]) -> Vec<Entity> {
    let letters: Vec<char> = text.chars().collect();
    let mut all: Vec<(Span, usize)> =
        clusters.iter().enumerate().flat_map(|(c, (_, spans))| spans.iter().map(move |s| (*s, c))).collect();
    all.sort_by(|a, b| a.0.start().cmp(&b.0.start()).then(b.0.end().cmp(&a.0.end())).then(a.1.cmp(&b.1)));
    all.dedup_by_key(|(span, _)| *span);
    all.retain(|(span, _)| span.end() as usize <= letters.len());
    let spans: Vec<Span> = all.iter().map(|(s, _)| *s).collect();
    let prepared = Prepared::new(&letters, &text::quotation_states(text), &spans);
    let mut out: Vec<Cluster> = clusters.iter().map(|_| Cluster { members: Vec::new() }).collect();
    for (index, (_, cluster)) in all.iter().enumerate() {
        let Some((kind, _)) = clusters.get(*cluster) else { continue };
        // so sure that a pronoun does not change the type
        let types = EntityType::ALL.iter().map(|k| if k == kind { 1000.0 } else { 0.0 }).collect();
        if let Some(cluster) = out.get_mut(*cluster) {
            cluster.members.push(Member { index, types });
        }
    }
    entities(&letters, &prepared, out)
}
