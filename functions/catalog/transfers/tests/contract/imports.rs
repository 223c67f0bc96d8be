use kernel::task::TaskState;
use serde_json::json;

use catalog_testing::{Shop, delete_call, patch_call, path_of};

use crate::support::{COLUMNS, counted, counts, ended, fetch, find, import, show, tea};

#[tokio::test]
async fn a_file_makes_changes_and_leaves() {
    let shop = Shop::open().await;
    let file =
        format!("{COLUMNS}\r\nA-1,Green,8.90,EUR,tea\r\nA-2,\"Black, strong\",7,EUR,tea\r\n");
    assert_eq!(counts(&shop, "csv", &file).await, [2, 0, 0, 0]);
    assert_eq!(find(&shop, "A-2").await["name"], "Black, strong");
    assert_eq!(find(&shop, "a-2").await["price"], "7.00");

    // The same again changes nothing.
    let before = find(&shop, "A-1").await;
    assert_eq!(counts(&shop, "csv", &file).await, [0, 0, 2, 0]);
    assert_eq!(find(&shop, "A-1").await, before);

    let file = file.replace("8.90", "9.90");
    assert_eq!(counts(&shop, "csv", &file).await, [0, 1, 1, 0]);
    assert_eq!(find(&shop, "A-1").await["price"], "9.90");
}

#[tokio::test]
async fn a_row_keeps_what_it_leaves_out_and_empties_what_it_has_empty() {
    let shop = Shop::open().await;
    let more = json!({
        "description": "Long.", "weight": 120, "is_active": false, "compare_price": "10",
        "dimensions": {"length": 1, "width": 2, "height": 3}, "attributes": {"origin": "Uji"},
    });
    let _ = counts(&shop, "jsonl", tea("A", &more)).await;

    assert_eq!(counts(&shop, "csv", "sku,price\nA,7").await, [0, 1, 0, 0]);
    let kept = find(&shop, "A").await;
    for (field, value) in more.as_object().unwrap() {
        let value = if field == "compare_price" {
            &json!("10.00")
        } else {
            value
        };
        assert_eq!(kept[field], *value, "{field}");
    }
    assert_eq!(kept["price"], "7.00");

    let empty = "sku,description,weight,compare_price,length,width,height,attributes,is_active,slug\nA,,,,,,,,,\n";
    assert_eq!(counts(&shop, "csv", empty).await, [0, 1, 0, 0]);
    let emptied = find(&shop, "A").await;
    assert_eq!(emptied["description"], "");
    assert_eq!(emptied["attributes"], json!({}));
    for field in ["weight", "compare_price", "dimensions"] {
        assert_eq!(emptied[field], json!(null), "{field}");
    }
    assert_eq!(
        (&emptied["slug"], &emptied["is_active"]),
        (&json!("a"), &json!(false))
    );
}

#[tokio::test]
async fn categories_and_variants_are_made_with_their_products() {
    let shop = Shop::open().await;
    let file = [
        json!({"record": "category", "slug": "drinks", "name": "Drinks"}),
        json!({"record": "category", "slug": "cold", "name": "Cold", "parent": "drinks"}),
        json!({"record": "product", "sku": "A", "name": "Iced tea", "price": "2", "currency": "EUR", "categories": ["cold", "tea"]}),
        json!({"record": "variant", "product": "A", "sku": "A-S", "name": "Small", "low_stock_threshold": 3}),
        json!({"record": "variant", "product": "A", "sku": "A-L", "name": "Large", "price": "3.50"}),
    ];
    let file = file.map(|line| format!("{line}\n")).concat();

    assert_eq!(counts(&shop, "jsonl", &file).await, [5, 0, 0, 0]);
    let made = find(&shop, "A").await;
    let variants = made["variants"].as_array().unwrap();
    let skus: Vec<_> = variants.iter().map(|variant| &variant["sku"]).collect();
    assert_eq!(skus, ["A-S", "A-L"]);
    assert_eq!(variants[1]["price"], "3.50");
    assert_eq!(variants[0]["low_stock_threshold"], 3);
    assert_eq!(counts(&shop, "jsonl", &file).await, [0, 0, 5, 0]);

    let file = file
        .replace("\"Cold\"", "\"Very cold\"")
        .replace("3.50", "3.60")
        .replace(",\"parent\":\"drinks\"", "");
    assert_eq!(counts(&shop, "jsonl", &file).await, [0, 2, 3, 0]);
    let tree = shop
        .get(None, "/api/v1/categories?tree=true")
        .await
        .expect(200);
    let names = tree.json["results"][0]["children"][0]["name"].clone();
    assert_eq!(names, "Very cold");
    assert_eq!(find(&shop, "A").await["variants"][1]["price"], "3.60");
}

#[tokio::test]
async fn of_two_rows_of_one_sku_the_second_is_a_change() {
    let shop = Shop::open().await;
    let file = format!("{COLUMNS}\nA,Green,8,EUR,tea\na,Green,9,EUR,tea\nA,Green,9,EUR,tea\n");

    // The last two spell the SKU in another way.
    assert_eq!(counts(&shop, "csv", &file).await, [1, 2, 0, 0]);
    let found = find(&shop, "A").await;
    assert_eq!(
        (&found["sku"], &found["price"]),
        (&json!("A"), &json!("9.00"))
    );
}

#[tokio::test]
async fn what_somebody_else_made_is_changed_and_stays_theirs() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let made = shop.get(Some(&shop.seller), &path).await.json;

    assert_eq!(
        counts(&shop, "csv", "sku,name\nTEA-GREEN,Sencha").await,
        [0, 1, 0, 0]
    );

    let changed = shop.get(Some(&shop.seller), &path).await.json;
    assert_eq!(changed["name"], "Sencha");
    assert_eq!(changed["created_by"], made["created_by"]);
    let again = patch_call(&shop.seller, &path, &json!({"name": "Gyokuro"}));
    let _ = shop.app.call(again).await.expect(200);
}

#[tokio::test]
async fn a_slug_that_is_taken_gets_a_part_of_the_id_or_is_refused() {
    let shop = Shop::open().await;
    let file = tea("A", &json!({"name": "Green"})) + &tea("B", &json!({"name": "Green"}));
    assert_eq!(counts(&shop, "jsonl", &file).await, [2, 0, 0, 0]);
    let slugs = [find(&shop, "A").await, find(&shop, "B").await].map(|found| found["slug"].clone());
    assert!(slugs.iter().any(|slug| slug == "green"), "{slugs:?}");
    assert_ne!(slugs[0], slugs[1]);

    let taken = import(&shop, "jsonl", tea("C", &json!({"slug": "green"}))).await;
    assert_eq!(counted(&taken), [0, 0, 0, 1]);
    let told = fetch(&shop, taken.id).await;
    assert!(
        told.contains("\"slug_taken\"") && told.contains("This slug is taken."),
        "{told}"
    );
}

#[tokio::test]
async fn a_product_that_was_deleted_is_made_anew() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let _ = shop
        .app
        .call(delete_call(&shop.seller, &path))
        .await
        .expect(204);
    shop.app.deliver().await;

    assert_eq!(
        counts(&shop, "jsonl", tea("TEA-GREEN", &json!({}))).await,
        [1, 0, 0, 0]
    );
    assert_ne!(path_of(&find(&shop, "TEA-GREEN").await), path);
}

#[tokio::test]
async fn who_does_not_manage_the_catalogue_any_more_imports_nothing() {
    let shop = Shop::open().await;
    let (person, admin) = {
        let person = shop
            .app
            .member_with_role("second@example.com", "admin")
            .await;
        let admin = shop.app.log_in(&person).await;
        (person, admin)
    };
    let id = crate::support::ask(&shop.app, &admin, "jsonl", tea("A", &json!({})).as_bytes()).await;
    shop.app.change_role(&person, "user").await;

    shop.app.deliver().await;

    let ended = ended(&shop.app, id).await;
    assert_eq!(ended.state, TaskState::Failure);
    assert_eq!(ended.error, "Nobody asked for it who may have it.");
    assert_eq!(
        counts(&shop, "jsonl", tea("A", &json!({}))).await,
        [1, 0, 0, 0]
    );
    show(&shop.app, &shop.admin, id)
        .await
        .expect_error(404, "not_found");
}
