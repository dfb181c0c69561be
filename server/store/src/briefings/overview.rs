//! What a list says about its briefings beside their own fields.

use super::Briefings;
use crate::StoreError;
use crate::db::query::{FromRow, Row};
use crate::model::briefing::{Overview, Viewer};
use crate::model::ids::BriefingId;

const SELECT: &str = "SELECT b.id AS id,
    (SELECT COUNT(*) FROM invitations i WHERE i.briefing_id = b.id) AS points,
    (SELECT COUNT(*) FROM briefings c WHERE c.parent_id = b.id) AS children,
    (SELECT p.role FROM participants p WHERE p.briefing_id = b.id AND p.account_id = $2
     ORDER BY p.role LIMIT 1) AS named,
    (SELECT i.role FROM invitations i WHERE i.briefing_id = b.id
     AND (i.point_id = $3 OR ($3 IS NULL AND i.unit_code = $4))
     ORDER BY i.position LIMIT 1) AS invited
    FROM briefings b WHERE b.id = $1";

impl Briefings {
    /// Of each briefing that there is, in the order given.
    pub async fn overviews(
        &self,
        ids: &[BriefingId],
        viewer: Viewer<'_>,
    ) -> Result<Vec<Overview>, StoreError> {
        let mut session = self.db.read().await?;
        let mut overviews = Vec::with_capacity(ids.len());
        for &id in ids {
            let overview: Option<Overview> = session
                .query(SELECT)
                .bind(id)
                .bind(viewer.account)
                .bind(viewer.point)
                .bind(viewer.unit)
                .optional()
                .await?;
            overviews.extend(overview);
        }
        Ok(overviews)
    }
}

impl FromRow for Overview {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            points: row.get("points")?,
            children: row.get("children")?,
            named: row.get("named")?,
            invited: row.get("invited")?,
        })
    }
}
