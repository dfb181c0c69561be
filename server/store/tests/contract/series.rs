use giaoban_store::{Occurrence, Series, SeriesId, StoreError};
use uuid::Uuid;

use crate::fixture::{account_id, briefing_id, clock, code, people, plan};

fn series() -> Series {
    Series {
        id: SeriesId::from(Uuid::from_u128(1)),
        title: "Giao ban tuần".to_owned(),
        host_unit: code("TW"),
        rrule: "FREQ=WEEKLY;BYDAY=MO".to_owned(),
        timezone: "Asia/Ho_Chi_Minh".to_owned(),
        first_starts_at: clock("01:00"),
        minutes: 90,
        expanded_to: None,
        created_by: account_id(2),
        created_at: clock("00:30"),
        ended_at: None,
    }
}

on_both! {
    async fn a_series_waits_to_be_expanded_until_it_is_or_has_ended(bed) {
        people(&bed.store).await;
        let all = bed.store.series();
        all.create(&series()).await.unwrap();
        assert_eq!(all.get(series().id).await.unwrap(), Some(series()));
        assert_eq!(all.to_expand(clock("05:00")).await.unwrap(), [series()]);
        all.set_expanded_to(series().id, clock("06:00")).await.unwrap();
        all.set_expanded_to(series().id, clock("04:00")).await.unwrap();
        assert!(all.to_expand(clock("06:00")).await.unwrap().is_empty());
        assert_eq!(all.to_expand(clock("07:00")).await.unwrap().len(), 1);
        all.end(series().id, clock("03:00")).await.unwrap();
        all.end(series().id, clock("04:00")).await.unwrap();
        assert!(all.to_expand(clock("07:00")).await.unwrap().is_empty());
        assert_eq!(all.get(series().id).await.unwrap().unwrap().ended_at, Some(clock("03:00")));
    }
}

on_both! {
    async fn an_occurrence_is_planned_only_once_and_stays_cancelled(bed) {
        people(&bed.store).await;
        bed.store.series().create(&series()).await.unwrap();
        let occurrence = |time| {
            let mut occurrence = plan("Giao ban tuần", time, "23:00");
            occurrence.occurrence = Some(Occurrence { series: series().id, starts_at: clock(time) });
            occurrence
        };
        let briefings = bed.store.briefings();
        let create = async |number, time| {
            briefings
                .create(briefing_id(number), &occurrence(time), account_id(2), clock("00:30"))
                .await
        };
        create(2, "02:00").await.unwrap();
        create(1, "01:00").await.unwrap();
        briefings.cancel(briefing_id(1), 1, "nghỉ lễ", clock("00:40")).await.unwrap();
        let error = create(3, "01:00").await.unwrap_err();
        assert!(matches!(error, StoreError::Taken(_)), "{error}");
        let planned = briefings.of_series(series().id).await.unwrap();
        let ids: Vec<_> = planned.iter().map(|briefing| briefing.id).collect();
        assert_eq!(ids, [briefing_id(1), briefing_id(2)]);
    }
}
