//! What each slot of a viewer should show by the plan. A seat that stays keeps its slot.

use giaoban_signaling::ids::SeatId;
use giaoban_signaling::plan::MediaPlan;

/// What one viewer should see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct View<'a> {
    pub(crate) main: Option<SeatId>,
    pub(crate) content: Option<SeatId>,
    /// Candidates for thumbnails, in order, where they are not everybody's.
    pub(crate) strip: Option<&'a [SeatId]>,
}

impl<'a> View<'a> {
    /// What `viewer` (`None`: nobody in particular) sees by the plan; never itself.
    pub(crate) fn of(plan: &'a MediaPlan, viewer: Option<SeatId>) -> Self {
        let own = viewer.and_then(|seat| plan.viewers.get(&seat));
        let not_self = |seat: &SeatId| Some(*seat) != viewer;
        Self {
            main: own.and_then(|own| own.main).or(plan.main).filter(not_self),
            content: plan.content.filter(not_self),
            strip: own.and_then(|own| own.strip.as_deref()),
        }
    }

    /// The first `count` of `strip` that `viewer` may see as thumbnails: not itself, not its main picture, nobody twice.
    pub(crate) fn thumbnails(
        &self,
        strip: impl IntoIterator<Item = SeatId>,
        viewer: Option<SeatId>,
        count: usize,
    ) -> Vec<SeatId> {
        let mut thumbnails = Vec::with_capacity(count);
        for seat in strip {
            if thumbnails.len() == count {
                break;
            }
            if Some(seat) != viewer && Some(seat) != self.main && !thumbnails.contains(&seat) {
                thumbnails.push(seat);
            }
        }
        thumbnails
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
            (view.main, view.content, view.strip),
            (Some(seat(1)), None, None)
        );
        let strip = || plan.strip.iter().copied();
        assert_eq!(view.thumbnails(strip(), Some(seat(2)), 9), [seat(3)]);
        assert_eq!(View::of(&plan, Some(seat(1))).main, None);
        let nobody = View::of(&plan, None);
        assert_eq!(nobody.thumbnails(strip(), None, 9), [seat(2), seat(3)]);
        assert_eq!(nobody.thumbnails(strip(), None, 1), [seat(2)]);
    }

    #[test]
    fn a_viewer_of_its_own_plan_sees_that() {
        let mut plan = MediaPlan {
            main: Some(seat(1)),
            strip: vec![seat(3)],
            ..MediaPlan::default()
        };
        let own = ViewerPlan {
            main: Some(seat(5)),
            strip: Some(vec![seat(4)]),
        };
        plan.viewers.insert(seat(1), own);
        let view = View::of(&plan, Some(seat(1)));
        assert_eq!(
            (view.main, view.content, view.strip),
            (Some(seat(5)), None, Some(&[seat(4)][..]))
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
