//! Claim texts (stand-in).
use crate::claims::Board;
use crate::stance::Taken;

pub(crate) fn claim_text(board: &Board<'_, '_>, members: &[usize], taken: &[Taken]) -> String {
    let first = members.iter().zip(taken).find(|(_, taken)| taken.asserts).map_or(members.first(), |(member, _)| Some(member));
    first.map(|member| board.nodes[*member].side.content.clone()).unwrap_or_default()
}
