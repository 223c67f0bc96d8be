//! Files that are larger than a step, and than a part.

use catalog_testing::{Options, Shop, TestApp, area};
use jiff::SignedDuration;
use kernel::task::TaskState;
use serde_json::json;
use transfers::transfer_products::transfer_within;

use crate::support::{ask_for_export, counted, ended, export, fetch, import, tea};

#[tokio::test]
async fn a_large_file_goes_in_runs_of_a_step_and_comes_back_in_parts() {
    // A function that lives for so short a time does a step at once, and hands the rest on.
    let area = area().with_worker("transfers", |app, event| {
        transfer_within(app, event, SignedDuration::from_secs(30))
    });
    let shop = Shop::open_in(TestApp::start_as(area, Options::default()).await).await;
    let rows = (0..600).map(|number| {
        let text = format!("{number} ").repeat(9_900);
        tea(
            &format!("SKU-{number:04}"),
            &json!({"description": &text[..9_900]}),
        )
    });
    let file: String = rows.collect();
    assert!(file.len() > 5_500_000);

    let made = import(&shop, "jsonl", &file).await;
    assert_eq!(counted(&made), [600, 0, 0, 0]);
    let attempts = shop.app.task(made.id).await;
    assert_eq!(attempts.progress.unwrap().total, file.len() as u64);

    let exported = export(&shop, "jsonl").await;
    assert_eq!(exported.lines().count(), 601);
    let skus = exported.lines().skip(1).map(|line| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        row["sku"].as_str().unwrap().to_owned()
    });
    // In the order of the file that made them.
    assert!(skus.eq((0..600).map(|number| format!("SKU-{number:04}"))));
    let id = ask_for_export(&shop.app, &shop.admin, "csv").await;
    shop.app.deliver().await;
    let again = ended(&shop.app, id).await;
    assert_eq!(again.state, TaskState::Success, "{again:?}");
    let csv = fetch(&shop, id).await;
    assert_eq!(again.result["bytes"], csv.len());

    assert_eq!(
        counted(&import(&shop, "jsonl", &exported).await),
        [0, 0, 601, 0]
    );
    assert_eq!(counted(&import(&shop, "csv", &csv).await), [0, 0, 601, 0]);
}
