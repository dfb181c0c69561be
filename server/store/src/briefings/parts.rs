//! The lists of a briefing: agenda, invitations, participants.

use crate::StoreError;
use crate::db::Transaction;
use crate::db::bulk::Insert;
use crate::db::query::{FromRow, Row};
use crate::model::briefing::{AgendaItem, BriefingPlan, Invitation, Participant};
use crate::model::ids::BriefingId;

const AGENDA: Insert = Insert {
    head: "INSERT INTO agenda_items
        (id, briefing_id, position, title, minutes, presenter_point_id, presenter_unit, presenter)",
    columns: 8,
    tail: "",
};
const INVITATIONS: Insert = Insert {
    head: "INSERT INTO invitations
        (briefing_id, point_id, position, point_name, unit_code, unit_name, role)",
    columns: 7,
    tail: "",
};
const PARTICIPANTS: Insert = Insert {
    head: "INSERT INTO participants (briefing_id, account_id, role)",
    columns: 3,
    tail: "",
};

pub(super) async fn agenda(
    transaction: &mut Transaction,
    id: BriefingId,
) -> Result<Vec<AgendaItem>, StoreError> {
    transaction
        .query("SELECT * FROM agenda_items WHERE briefing_id = $1 ORDER BY position")
        .bind(id)
        .all()
        .await
}

pub(super) async fn invitations(
    transaction: &mut Transaction,
    id: BriefingId,
) -> Result<Vec<Invitation>, StoreError> {
    transaction
        .query("SELECT * FROM invitations WHERE briefing_id = $1 ORDER BY position")
        .bind(id)
        .all()
        .await
}

pub(super) async fn participants(
    transaction: &mut Transaction,
    id: BriefingId,
) -> Result<Vec<Participant>, StoreError> {
    transaction
        .query("SELECT * FROM participants WHERE briefing_id = $1 ORDER BY account_id, role")
        .bind(id)
        .all()
        .await
}

/// Takes the lists away, to be written anew.
pub(super) async fn clear(transaction: &mut Transaction, id: BriefingId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM agenda_items WHERE briefing_id = $1",
        "DELETE FROM invitations WHERE briefing_id = $1",
        "DELETE FROM participants WHERE briefing_id = $1",
    ] {
        transaction.query(sql).bind(id).execute().await?;
    }
    Ok(())
}

pub(super) async fn insert(
    transaction: &mut Transaction,
    id: BriefingId,
    plan: &BriefingPlan,
) -> Result<(), StoreError> {
    let agenda: Vec<(usize, &AgendaItem)> = plan.agenda.iter().enumerate().collect();
    AGENDA
        .run(
            transaction,
            &agenda,
            |query, (position, item)| {
                query
                    .bind(item.id)
                    .bind(id)
                    .bind(*position)
                    .bind(&item.title)
                    .bind(item.minutes)
                    .bind(item.presenter_point)
                    .bind(item.presenter_unit.as_ref())
                    .bind(item.presenter.as_deref())
            },
            |_| (),
        )
        .await?;
    let invitations: Vec<(usize, &Invitation)> = plan.invitations.iter().enumerate().collect();
    INVITATIONS
        .run(
            transaction,
            &invitations,
            |query, (position, invitation)| {
                query
                    .bind(id)
                    .bind(invitation.point)
                    .bind(*position)
                    .bind(&invitation.point_name)
                    .bind(&invitation.unit)
                    .bind(&invitation.unit_name)
                    .bind(invitation.role)
            },
            |_| (),
        )
        .await?;
    PARTICIPANTS
        .run(
            transaction,
            &plan.participants,
            |query, participant| {
                query
                    .bind(id)
                    .bind(participant.account)
                    .bind(participant.role)
            },
            |_| (),
        )
        .await
}

impl FromRow for AgendaItem {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            title: row.get("title")?,
            minutes: row.get("minutes")?,
            presenter_point: row.get("presenter_point_id")?,
            presenter_unit: row.get("presenter_unit")?,
            presenter: row.get("presenter")?,
        })
    }
}

impl FromRow for Invitation {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            point: row.get("point_id")?,
            point_name: row.get("point_name")?,
            unit: row.get("unit_code")?,
            unit_name: row.get("unit_name")?,
            role: row.get("role")?,
        })
    }
}

impl FromRow for Participant {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            account: row.get("account_id")?,
            role: row.get("role")?,
        })
    }
}
