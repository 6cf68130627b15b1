//! The same file twice changes nothing; a changed row is never overwritten.

use daymark_access::{Record, may, verb};
use daymark_store::import_batch::{self, NewRow};
use daymark_testkit::{MockClock, cases, people, stores};
use daymark_vocab::Clock;

#[test]
fn twice_the_same_file_changes_nothing() {
    stores::on_each(|test| async move {
        let now = MockClock::monday_morning().now();
        people::add_agencies(&test.store, now).await.unwrap();
        let lead = people::lead(people::SCHOOL, now);
        let rows = |n: usize, mark: u8| -> Vec<NewRow> {
            (0..n)
                .map(|row| NewRow {
                    external_id: format!("R-{row}"),
                    digest: [mark; 32],
                    case: cases::boy_with_account(&format!("zz_syn_{row}"), &lead, now),
                })
                .collect()
        };
        let import = async |rows: Vec<NewRow>, file: u8| {
            let grant = may::<verb::ImportReports>(&lead, &Record::agency(lead.agency.clone()), now).unwrap();
            let mut tx = test.store.write("import").await.unwrap();
            let done = import_batch::import(&mut tx, &grant, [file; 32], rows, "test", now).await.unwrap();
            tx.commit().await.unwrap();
            done
        };
        let first = import(rows(30, 1), 1).await;
        assert_eq!((first.opened.len(), first.n_known), (30, 0));
        let again = import(rows(30, 1), 1).await;
        assert_eq!((again.opened.len(), again.n_known, again.differing.len()), (0, 30, 0));
        let longer = import(rows(33, 1), 2).await;
        assert_eq!((longer.opened.len(), longer.n_known), (3, 30));
        let changed = import(rows(30, 9), 3).await;
        assert_eq!((changed.opened.len(), changed.differing.len()), (0, 30));
        let mut tx = test.store.read("count").await.unwrap();
        assert_eq!(daymark_store::selector::n_cases(&mut tx).await.unwrap(), 33);
    });
}
