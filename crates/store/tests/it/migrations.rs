//! Up, down and up again; a changed or newer schema is refused with what to do.

use daymark_store::{StoreError, migrate};
use daymark_testkit::stores;

#[test]
fn down_undoes_up() {
    stores::on_each(|test| async move {
        let before = test.columns().await;
        migrate::down(&test.store).await.unwrap();
        assert!(test.columns().await.iter().all(|(table, _)| table == "schema_migration"));
        migrate::up(&test.store).await.unwrap();
        assert_eq!(test.columns().await, before);
        assert!(!matches!(migrate::up(&test.store).await, Err(StoreError::Schema { .. })));
    });
}
