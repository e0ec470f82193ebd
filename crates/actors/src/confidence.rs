//! How probable it is that a link is right: of a mention to its entity, of an entity to its actor.
//!
//! In: what the chains give a mention ([`crate::chains`]), or by which step an entity was joined ([`crate::across`]). Out: a probability that
//! can be believed: of all links with 0.8, about eight in ten are right.
//!
//! All numbers here were fitted on stories that the weights never saw (`training/link_confidence.py`); EVALUATION says how far they hold.

use model::MentionForm;

/// What kind of link a mention has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// It joined an entity that was told of before.
    Joined(MentionForm),
    /// It opens one.
    Opened(MentionForm),
    /// A first person that went where its quotation's source goes.
    Spoken,
}

/// A share is never surer than this, nor less sure than one minus it.
const SUREST: f32 = 0.999;

/// The probability of a link, from the share that its chain has against all others and none.
pub(crate) fn of_mention(link: Link, share: f32) -> f32 {
    let share = share.clamp(1.0 - SUREST, SUREST);
    let (base, slope) = match link {
        Link::Joined(form) => match form {
            MentionForm::Name => JOINED.0,
            MentionForm::Description => JOINED.1,
            MentionForm::FirstPerson => SPOKEN,
            MentionForm::Pronoun | MentionForm::Possessive => JOINED.2,
        },
        Link::Opened(form) => match form {
            MentionForm::Name => OPENED.0,
            MentionForm::Description => OPENED.1,
            _ => OPENED.2,
        },
        Link::Spoken => SPOKEN,
    };
    rounded(logistic(base + slope * (share / (1.0 - share)).ln()))
}

/// Base and slope over the log odds of the share, for names, descriptions, pronouns.
const JOINED: ((f32, f32), (f32, f32), (f32, f32)) = ((1.15, 0.53), (1.04, 0.35), (0.78, 0.49));
/// The same for mentions that open an entity.
const OPENED: ((f32, f32), (f32, f32), (f32, f32)) = ((-0.40, 0.46), (-0.42, 0.55), (-0.74, 0.57));
/// The same for first persons, over the share of their quotation's speaker.
const SPOKEN: (f32, f32) = (1.54, 0.35);

/// The same for who was chosen, over the probability of the choice.
const CHOSEN: (f32, f32) = (0.42, 0.46);

/// By which step of [`crate::across`] an entity was joined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// Knowledge names it.
    Known,
    /// The same full name.
    Name,
    /// A longer, shorter or turned form of it.
    LongerName,
    /// A slip or another spelling.
    Slip,
    /// One bearer of a short name.
    Short,
    /// Initials or a short form of a body's name.
    Body,
    /// One bearer of an office.
    Office,
    /// The same description.
    Described,
    /// The same sentence.
    Copied,
    /// Words shared with one more than with others.
    Alike,
    /// Chosen with this probability.
    Chosen(f32),
}

/// The probability that a step joined right.
pub(crate) fn of_step(step: Step) -> f32 {
    match step {
        Step::Known => 0.95,
        Step::Name => 0.915,
        Step::LongerName => 0.9,
        Step::Slip => 0.95,
        Step::Short => 0.918,
        Step::Body => 0.93,
        Step::Office => 0.86,
        Step::Described => 0.892,
        Step::Copied => 0.93,
        Step::Alike => 0.644,
        Step::Chosen(share) => {
            let share = share.clamp(1.0 - SUREST, SUREST);
            logistic(CHOSEN.0 + CHOSEN.1 * (share / (1.0 - share)).ln())
        }
    }
}

/// The same sign on every machine, and no more places than mean something.
pub(crate) fn rounded(share: f32) -> f32 {
    (share * 1000.0).round() / 1000.0
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::{Link, Step, of_mention, of_step};
    use model::MentionForm;

    #[test]
    fn what_is_surer_stays_surer_and_all_are_probabilities() {
        let forms = [MentionForm::Name, MentionForm::Description, MentionForm::Pronoun, MentionForm::FirstPerson];
        let links = forms.into_iter().flat_map(|form| [Link::Joined(form), Link::Opened(form)]).chain([Link::Spoken]);
        for link in links {
            let all: Vec<f32> = (0..=20).map(|n| of_mention(link, n as f32 / 20.0)).collect();
            assert!(all.is_sorted() && all.iter().all(|p| (0.0..=1.0).contains(p)), "{link:?}: {all:?}");
        }
        assert!(of_step(Step::Chosen(0.5)) < of_step(Step::Chosen(0.9)));
        assert!(of_step(Step::Alike) < of_step(Step::Name));
    }
}
