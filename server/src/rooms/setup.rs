//! From what was planned in the store to the setup that the machine works with.

use super::ids::same;
use crate::time_zone::day_of;
use chrono::NaiveDate;
use giaoban_signaling::ids::{AccountId, BriefingId, PointId, UnitCode};
use giaoban_signaling::setup::{BriefingSetup, ChildRef, InvitedPoint, Official};
use giaoban_signaling::wire::{AgendaItem, Role};
use giaoban_store::{
    Account, Admission, BriefingDetail, BriefingState, Invitation, InvitedAs, ParticipantRole,
    Point, Store, StoreError, Unit,
};
use std::collections::{BTreeSet, HashMap};

/// Where the plan sets no limit, seconds.
const FLOOR_LIMIT: u32 = 300;
/// As long as the web client says "reconnecting" by itself, seconds.
const GRACE: u32 = 60;
const LATE_AFTER: u32 = 300;

/// A planned briefing, ready for a room.
#[derive(Clone, Debug)]
pub struct Planned {
    pub setup: BriefingSetup,
    pub state: BriefingState,
    /// Contracted down-link of the points, kbit/s.
    pub links: HashMap<PointId, u32>,
    /// People named with a role, beside chair and secretaries.
    pub named: HashMap<AccountId, ParticipantRole>,
    /// The first invited point of each unit.
    pub by_unit: HashMap<UnitCode, PointId>,
    /// How whoever sits at a point takes part.
    pub by_point: HashMap<PointId, Role>,
}

impl Planned {
    /// As what the plan names an account; `None` for whoever is invited at most.
    #[must_use]
    pub fn role_of(&self, account: AccountId) -> Option<ParticipantRole> {
        let setup = &self.setup;
        if setup.chair.account == account {
            Some(ParticipantRole::Chair)
        } else if setup.secretaries.contains(&account) {
            Some(ParticipantRole::Secretary)
        } else if setup.deputy == Some(account) {
            Some(ParticipantRole::Delegate)
        } else {
            self.named.get(&account).copied()
        }
    }

    /// Whether somebody's point is invited; who has none comes with the unit.
    #[must_use]
    pub fn invites(&self, point: Option<PointId>, unit: &str) -> bool {
        match point {
            Some(point) => self.by_point.contains_key(&point),
            None => self.by_unit.contains_key(&UnitCode(unit.to_owned())),
        }
    }
}

/// A role of the plan as the machine knows it.
pub(super) const fn in_room(role: ParticipantRole) -> Role {
    match role {
        ParticipantRole::Chair => Role::Chair,
        ParticipantRole::Secretary => Role::Secretary,
        ParticipantRole::Delegate => Role::Delegate,
        ParticipantRole::Observer => Role::Observer,
        ParticipantRole::Technician => Role::Technician,
    }
}

/// The plan of a briefing, with names as they are in the tree on the day of the briefing. `None`: there is no such briefing.
pub async fn planned(
    store: &Store,
    id: BriefingId,
    chair_speaks_from_start: bool,
) -> Result<Option<Planned>, StoreError> {
    let stored: giaoban_store::BriefingId = same(id);
    let Some(detail) = store.briefings().get(stored).await? else {
        return Ok(None);
    };
    let briefing = &detail.briefing;
    let day = day_of(briefing.starts_at);
    let tree = Tree::read(store, &detail, day).await?;
    let chair = store
        .accounts()
        .get(briefing.chair)
        .await?
        .ok_or(StoreError::NotFound("account"))?;
    let seat_of_chair = chair_point(store, &detail, &chair).await?;
    let mut points: Vec<InvitedPoint> = detail
        .invitations
        .iter()
        .map(|invitation| tree.invited(invitation))
        .collect();
    if !points
        .iter()
        .any(|invited| invited.point == seat_of_chair.point)
    {
        points.insert(0, tree.uninvited(&seat_of_chair, day, store).await?);
    }
    let children = store.briefings().children(stored).await?;
    let setup = BriefingSetup {
        id,
        title: briefing.title.clone(),
        host: unit(&briefing.host_unit),
        host_name: tree.name(&briefing.host_unit),
        starts_at: briefing.starts_at,
        ends_at: briefing.ends_at,
        lobby_on: briefing.admission == Admission::Manual,
        floor_limit_seconds: briefing.floor_seconds.unwrap_or(FLOOR_LIMIT),
        grace_seconds: GRACE,
        late_after_seconds: LATE_AFTER,
        chair_speaks_from_start,
        chair: Official {
            account: same(chair.id),
            point: seat_of_chair.point,
            person: chair.display_name,
            title: chair.title,
        },
        deputy: briefing.deputy.map(same),
        secretaries: secretaries(&detail),
        points,
        agenda: agenda(&detail, &tree),
        parent: briefing.parent.map(same),
        children: children
            .into_iter()
            .filter(|child| child.state != BriefingState::Cancelled)
            .map(|child| ChildRef {
                briefing: same(child.id),
                title: child.title,
                unit: unit(&child.host_unit),
            })
            .collect(),
    };
    // Of the invitation alone: that the chair sits somewhere invites nobody else from there.
    let mut by_unit = HashMap::new();
    let mut by_point = HashMap::new();
    for invitation in &detail.invitations {
        let invited = tree.invited(invitation);
        by_unit.entry(invited.unit).or_insert(invited.point);
        by_point.insert(invited.point, invited.role);
    }
    Ok(Some(Planned {
        links: tree.links,
        state: briefing.state,
        named: named(&detail),
        by_unit,
        by_point,
        setup,
    }))
}

/// Where the chair sits when the briefing begins.
struct Seated {
    point: PointId,
    stored: Option<Point>,
}

/// The chair's own point; else an invited point of the chair's unit or of the host; else any point of the chair's unit. A
/// chair whose unit has no point at all sits at a place of its own, named after the account.
async fn chair_point(
    store: &Store,
    detail: &BriefingDetail,
    chair: &Account,
) -> Result<Seated, StoreError> {
    if let Some(point) = chair.point {
        return Ok(Seated {
            point: same(point),
            stored: store.points().get(point).await?,
        });
    }
    let invited_of = |unit: &giaoban_store::UnitCode| {
        detail
            .invitations
            .iter()
            .find(|invitation| invitation.unit == *unit)
            .map(|invitation| invitation.point)
    };
    if let Some(point) = invited_of(&chair.unit).or_else(|| invited_of(&detail.briefing.host_unit))
    {
        return Ok(Seated {
            point: same(point),
            stored: None,
        });
    }
    let stored = store
        .points()
        .of_unit(&chair.unit)
        .await?
        .into_iter()
        .next();
    Ok(Seated {
        point: stored
            .as_ref()
            .map_or_else(|| same(chair.id), |point| same(point.id)),
        stored,
    })
}

fn secretaries(detail: &BriefingDetail) -> BTreeSet<AccountId> {
    detail
        .participants
        .iter()
        .filter(|participant| participant.role == ParticipantRole::Secretary)
        .map(|participant| same(participant.account))
        .chain([same(detail.briefing.secretary)])
        .collect()
}

fn named(detail: &BriefingDetail) -> HashMap<AccountId, ParticipantRole> {
    detail
        .participants
        .iter()
        .map(|participant| (same(participant.account), participant.role))
        .collect()
}

fn agenda(detail: &BriefingDetail, tree: &Tree) -> Vec<AgendaItem> {
    detail
        .agenda
        .iter()
        .map(|item| AgendaItem {
            id: same(item.id),
            title: item.title.clone(),
            minutes: item.minutes,
            presenter: item
                .presenter_point
                .and_then(|point| {
                    detail
                        .invitations
                        .iter()
                        .find(|invitation| invitation.point == point)
                        .map(|invitation| invitation.point_name.clone())
                })
                .or_else(|| item.presenter_unit.as_ref().map(|code| tree.name(code)))
                .or_else(|| item.presenter.clone()),
        })
        .collect()
}

fn unit(code: &giaoban_store::UnitCode) -> UnitCode {
    UnitCode(code.as_str().to_owned())
}

/// The part of the administrative tree under the host, on the day of the briefing.
struct Tree {
    host: giaoban_store::UnitCode,
    units: HashMap<giaoban_store::UnitCode, Unit>,
    links: HashMap<PointId, u32>,
    phones: HashMap<PointId, String>,
}

impl Tree {
    async fn read(
        store: &Store,
        detail: &BriefingDetail,
        day: NaiveDate,
    ) -> Result<Self, StoreError> {
        let host = detail.briefing.host_unit.clone();
        let mut tree = Self {
            units: store
                .units()
                .subtree(&host, day)
                .await?
                .into_iter()
                .map(|unit| (unit.code.clone(), unit))
                .collect(),
            host,
            links: HashMap::new(),
            phones: HashMap::new(),
        };
        for found in store.points().in_subtree(&tree.host, day).await? {
            tree.note(&found.point);
        }
        // Points of units that are not below the host: a ministry's guests, say. There are few.
        for invitation in &detail.invitations {
            if !tree.links.contains_key(&same(invitation.point))
                && let Some(point) = store.points().get(invitation.point).await?
            {
                tree.note(&point);
            }
        }
        Ok(tree)
    }

    fn note(&mut self, point: &Point) {
        let id = same(point.id);
        self.links.insert(id, point.link_kbps);
        if !point.technician_phone.is_empty() {
            self.phones.insert(id, point.technician_phone.clone());
        }
    }

    fn name(&self, code: &giaoban_store::UnitCode) -> String {
        self.units
            .get(code)
            .map_or_else(|| code.as_str().to_owned(), |unit| unit.name.clone())
    }

    fn invited(&self, invitation: &Invitation) -> InvitedPoint {
        let role = match invitation.role {
            InvitedAs::Delegate => Role::Delegate,
            InvitedAs::Observer => Role::Observer,
        };
        self.place(
            same(invitation.point),
            &invitation.unit,
            &invitation.unit_name,
            invitation.point_name.clone(),
            role,
        )
    }

    /// The chair's place where it is not on the list.
    async fn uninvited(
        &self,
        seated: &Seated,
        day: NaiveDate,
        store: &Store,
    ) -> Result<InvitedPoint, StoreError> {
        let (code, name) = match &seated.stored {
            Some(point) => (point.unit.clone(), point.name.clone()),
            None => (self.host.clone(), self.name(&self.host)),
        };
        let unit_name = match self.units.get(&code) {
            Some(unit) => unit.name.clone(),
            None => store
                .units()
                .get(&code, day)
                .await?
                .map_or_else(|| code.as_str().to_owned(), |unit| unit.name),
        };
        Ok(self.place(seated.point, &code, &unit_name, name, Role::Delegate))
    }

    fn place(
        &self,
        point: PointId,
        code: &giaoban_store::UnitCode,
        unit_name: &str,
        name: String,
        role: Role,
    ) -> InvitedPoint {
        let (group, group_name) = self.group(code, unit_name);
        // Of the first level there is nothing above worth saying.
        let within = self
            .units
            .get(code)
            .and_then(|found| found.parent.as_ref())
            .filter(|parent| **parent != self.host && *code != self.host)
            .map(|parent| self.name(parent))
            .unwrap_or_default();
        InvitedPoint {
            point,
            unit: unit(code),
            name,
            within,
            group: unit(&group),
            group_name,
            phone: self.phones.get(&point).cloned(),
            role,
        }
    }

    /// The unit one level under the host; the unit itself where it is the host or not below it.
    fn group(
        &self,
        code: &giaoban_store::UnitCode,
        unit_name: &str,
    ) -> (giaoban_store::UnitCode, String) {
        let mut at = code;
        // The tree has no circles; the bound is for one that were broken.
        for _ in 0..self.units.len() {
            let Some(found) = self.units.get(at) else {
                break;
            };
            match &found.parent {
                Some(parent) if *parent == self.host => {
                    return (at.clone(), found.name.clone());
                }
                Some(parent) if *at != self.host => at = parent,
                _ => break,
            }
        }
        (code.clone(), unit_name.to_owned())
    }
}
