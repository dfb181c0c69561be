//! What each slot of a viewer should show by the plan. A seat that stays keeps its slot.

use giaoban_signaling::ids::SeatId;
use giaoban_signaling::plan::MediaPlan;

/// What one viewer should see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) main: Option<SeatId>,
    pub(crate) content: Option<SeatId>,
    /// Candidates for thumbnails, in order.
    pub(crate) strip: Vec<SeatId>,
}

impl View {
    /// What `viewer` (`None`: nobody in particular) sees by the plan; never itself, and nobody twice.
    pub(crate) fn of(plan: &MediaPlan, viewer: Option<SeatId>) -> Self {
        let own = viewer.and_then(|seat| plan.viewers.get(&seat));
        let not_self = |seat: &SeatId| Some(*seat) != viewer;
        let main = own.and_then(|own| own.main).or(plan.main).filter(not_self);
        let strip = own
            .and_then(|own| own.strip.as_ref())
            .unwrap_or(&plan.strip);
        let mut thumbnails: Vec<SeatId> = Vec::new();
        for seat in strip {
            if not_self(seat) && Some(*seat) != main && !thumbnails.contains(seat) {
                thumbnails.push(*seat);
            }
        }
        Self {
            main,
            content: plan.content.filter(not_self),
            strip: thumbnails,
        }
    }
}

/// Places `wanted` into slots that now show `current`: those who are there stay where they are, the others fill the free
/// slots in order.
pub(crate) fn place(current: &[Option<SeatId>], wanted: &[SeatId]) -> Vec<Option<SeatId>> {
    let wanted = &wanted[..wanted.len().min(current.len())];
    let mut slots: Vec<Option<SeatId>> = current
        .iter()
        .map(|seat| seat.filter(|seat| wanted.contains(seat)))
        .collect();
    for index in 1..slots.len() {
        if slots[..index].contains(&slots[index]) {
            slots[index] = None;
        }
    }
    for seat in wanted {
        if !slots.contains(&Some(*seat))
            && let Some(free) = slots.iter_mut().find(|slot| slot.is_none())
        {
            *free = Some(*seat);
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;
    use giaoban_signaling::plan::ViewerPlan;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn seat(number: u128) -> SeatId {
        SeatId(Uuid::from_u128(number))
    }

    #[test]
    fn a_viewer_sees_the_stage_but_not_itself() {
        let plan = MediaPlan {
            main: Some(seat(1)),
            content: Some(seat(2)),
            strip: vec![seat(1), seat(2), seat(3), seat(3)],
            ..MediaPlan::default()
        };
        let view = View::of(&plan, Some(seat(2)));
        assert_eq!(
            view,
            View {
                main: Some(seat(1)),
                content: None,
                strip: vec![seat(3)]
            }
        );
        assert_eq!(View::of(&plan, Some(seat(1))).main, None);
        assert_eq!(View::of(&plan, None).strip, [seat(2), seat(3)]);
    }

    #[test]
    fn a_viewer_of_its_own_plan_sees_that() {
        let mut plan = MediaPlan {
            main: Some(seat(1)),
            strip: vec![seat(3)],
            ..MediaPlan::default()
        };
        plan.viewers.insert(
            seat(1),
            ViewerPlan {
                main: Some(seat(5)),
                strip: None,
            },
        );
        assert_eq!(
            View::of(&plan, Some(seat(1))),
            View {
                main: Some(seat(5)),
                content: None,
                strip: vec![seat(3)]
            }
        );
    }

    proptest! {
        #[test]
        fn everybody_wanted_is_placed_once_and_nobody_moves(
            current in proptest::collection::vec(proptest::option::of(1_u128..8), 0..6),
            wanted in proptest::collection::hash_set(1_u128..8, 0..8),
        ) {
            let current: Vec<_> = current.into_iter().map(|seat_number| seat_number.map(seat)).collect();
            let wanted: Vec<_> = wanted.into_iter().map(seat).collect();
            let placed = place(&current, &wanted);
            prop_assert_eq!(placed.len(), current.len());
            let mut seated: Vec<_> = placed.iter().flatten().copied().collect();
            for (before, after) in current.iter().zip(&placed) {
                if let (Some(before), Some(after)) = (before, after) {
                    prop_assert!(before == after || !placed.is_empty() && !wanted[..wanted.len().min(current.len())].contains(before)
                        || current.iter().filter(|other| *other == &Some(*before)).count() > 1);
                }
            }
            seated.sort();
            seated.dedup();
            prop_assert_eq!(seated.len(), wanted.len().min(current.len()));
        }
    }
}
