//! Briefings as the client sees them.

mod bodies;

pub(super) use bodies::{BriefingBody, BriefingSummary};

use crate::app::App;
use crate::auth::Caller;
use crate::authz::{self, Operation, Standing, allows};
use crate::http::units::UnitName;
use crate::time_zone::day_of;
use bodies::{AgendaBody, ParticipantBody, PersonBody};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use giaoban_store::{
    Account, AccountId, Briefing, BriefingDetail, BriefingState, InvitedAs, Overview,
    ParticipantRole, StoreError, UnitCode, Viewer,
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Who is invited may enter this long before the start.
const DOORS_OPEN: TimeDelta = TimeDelta::minutes(30);

/// Shows briefings to one caller; looks each unit, person and role up once.
pub(super) struct Showing<'a> {
    app: &'a App,
    caller: &'a Caller,
    now: DateTime<Utc>,
    units: HashMap<(UnitCode, NaiveDate), String>,
    people: HashMap<AccountId, Option<Account>>,
    granted: HashMap<(UnitCode, NaiveDate), Vec<Standing>>,
}

impl<'a> Showing<'a> {
    pub(super) fn to(app: &'a App, caller: &'a Caller) -> Self {
        Self {
            app,
            caller,
            now: app.clock.now(),
            units: HashMap::new(),
            people: HashMap::new(),
            granted: HashMap::new(),
        }
    }

    /// Rows of a list.
    pub(super) async fn summaries(
        &mut self,
        briefings: Vec<Briefing>,
    ) -> Result<Vec<BriefingSummary>, StoreError> {
        let ids: Vec<_> = briefings.iter().map(|briefing| briefing.id).collect();
        let viewer = Viewer {
            account: self.caller.account.id,
            point: self.caller.account.point,
            unit: &self.caller.account.unit,
        };
        let mut overviews: HashMap<_, _> = self
            .app
            .store
            .briefings()
            .overviews(&ids, viewer)
            .await?
            .into_iter()
            .map(|overview| (overview.id, overview))
            .collect();
        let mut summaries = Vec::with_capacity(briefings.len());
        for briefing in briefings {
            if let Some(overview) = overviews.remove(&briefing.id) {
                summaries.push(self.summary(briefing, &overview).await?);
            }
        }
        Ok(summaries)
    }

    /// Everything about one briefing.
    pub(super) async fn detail(
        &mut self,
        detail: BriefingDetail,
    ) -> Result<BriefingBody, StoreError> {
        let children = self
            .app
            .store
            .briefings()
            .children(detail.briefing.id)
            .await?;
        let children = self.summaries(children).await?;
        let secretary = self.person(detail.briefing.secretary).await?;
        let deputy = match detail.briefing.deputy {
            Some(deputy) => self.person(deputy).await?,
            None => None,
        };
        let day = day_of(detail.briefing.starts_at);
        let mut participants = Vec::with_capacity(detail.participants.len());
        for named in &detail.participants {
            if let Some(person) = self.person(named.account).await? {
                let unit = self.people.get(&named.account);
                let unit = unit.and_then(|who| who.as_ref().map(|who| who.unit.clone()));
                let unit_name = match unit {
                    Some(unit) => self.unit_name(&unit, day).await?,
                    None => String::new(),
                };
                participants.push(ParticipantBody {
                    unit_name,
                    account_id: person.id,
                    display_name: person.display_name,
                    title: person.title,
                    role: named.role,
                });
            }
        }
        let invited_units_count = detail
            .invitations
            .iter()
            .map(|invitation| &invitation.unit)
            .collect::<BTreeSet<_>>()
            .len();
        let agenda = detail
            .agenda
            .into_iter()
            .map(|item| AgendaBody {
                id: item.id.into(),
                title: item.title,
                minutes: item.minutes,
                presenter: item
                    .presenter
                    .or_else(|| item.presenter_unit.map(String::from)),
            })
            .collect();
        let briefing = detail.briefing;
        let id = briefing.id;
        let (lobby, floor_limit_seconds) = (
            briefing.admission == giaoban_store::Admission::Manual,
            briefing.floor_seconds.unwrap_or(0),
        );
        let (revision, created_by) = (briefing.revision, briefing.created_by.into());
        let cancelled_reason = briefing.cancelled_reason.clone();
        let Some(summary) = self.summaries(vec![briefing]).await?.pop() else {
            return Err(StoreError::NotFound("briefing"));
        };
        debug_assert_eq!(summary.id, Uuid::from(id));
        Ok(BriefingBody {
            summary,
            secretary,
            deputy,
            lobby,
            floor_limit_seconds,
            agenda,
            participants,
            revision,
            created_by,
            cancelled_reason,
            children,
            invited_units_count,
        })
    }

    async fn summary(
        &mut self,
        briefing: Briefing,
        overview: &Overview,
    ) -> Result<BriefingSummary, StoreError> {
        let day = day_of(briefing.starts_at);
        let role = self.role(&briefing, overview);
        let may_edit = !is_over(briefing.state)
            && self
                .standings(&briefing, role, day)
                .await?
                .into_iter()
                .any(|standing| allows(standing, Operation::EditBriefing));
        Ok(BriefingSummary {
            id: briefing.id.into(),
            host: UnitName {
                name: self.unit_name(&briefing.host_unit, day).await?,
                code: briefing.host_unit.to_string(),
            },
            chair: self.person(briefing.chair).await?,
            may_join: role.is_some() && self.is_open(&briefing),
            title: briefing.title,
            starts_at: briefing.starts_at,
            ends_at: briefing.ends_at,
            state: briefing.state,
            parent_id: briefing.parent.map(Uuid::from),
            child_count: overview.children,
            point_count: overview.points,
            my_role: role,
            may_edit,
            series_id: briefing
                .occurrence
                .map(|occurrence| occurrence.series.into()),
        })
    }

    fn is_open(&self, briefing: &Briefing) -> bool {
        match briefing.state {
            BriefingState::Planned => self.now >= briefing.starts_at - DOORS_OPEN,
            BriefingState::Open | BriefingState::InSession | BriefingState::Adjourned => true,
            BriefingState::Closed | BriefingState::Cancelled => false,
        }
    }

    /// The caller's role in the briefing: the highest it has.
    fn role(&self, briefing: &Briefing, overview: &Overview) -> Option<ParticipantRole> {
        let me = self.caller.account.id;
        if briefing.chair == me {
            Some(ParticipantRole::Chair)
        } else if briefing.secretary == me {
            Some(ParticipantRole::Secretary)
        } else {
            overview
                .named
                .or_else(|| (briefing.deputy == Some(me)).then_some(ParticipantRole::Delegate))
                .or(overview.invited.map(|invited| match invited {
                    InvitedAs::Delegate => ParticipantRole::Delegate,
                    InvitedAs::Observer => ParticipantRole::Observer,
                }))
        }
    }

    async fn standings(
        &mut self,
        briefing: &Briefing,
        role: Option<ParticipantRole>,
        day: NaiveDate,
    ) -> Result<Vec<Standing>, StoreError> {
        let mut standings: Vec<Standing> = role.into_iter().map(Standing::Named).collect();
        if !self.caller.grants.is_empty() {
            let key = (briefing.host_unit.clone(), day);
            if !self.granted.contains_key(&key) {
                let granted = authz::granted(&self.app.store, self.caller, &key.0, day).await?;
                self.granted.insert(key.clone(), granted);
            }
            standings.extend_from_slice(&self.granted[&key]);
        }
        Ok(standings)
    }

    async fn unit_name(&mut self, code: &UnitCode, day: NaiveDate) -> Result<String, StoreError> {
        let key = (code.clone(), day);
        if let Some(name) = self.units.get(&key) {
            return Ok(name.clone());
        }
        let unit = self.app.store.units().get(code, day).await?;
        let name = unit.map_or_else(|| code.to_string(), |unit| unit.name);
        self.units.insert(key, name.clone());
        Ok(name)
    }

    async fn person(&mut self, id: AccountId) -> Result<Option<PersonBody>, StoreError> {
        if !self.people.contains_key(&id) {
            let account = self.app.store.accounts().get(id).await?;
            self.people.insert(id, account);
        }
        Ok(self.people[&id].as_ref().map(|account| PersonBody {
            id: account.id.into(),
            display_name: account.display_name.clone(),
            title: account.title.clone(),
        }))
    }
}

/// Nothing can be changed any more.
pub(super) fn is_over(state: BriefingState) -> bool {
    matches!(state, BriefingState::Closed | BriefingState::Cancelled)
}
