use catalog_testing::{Call, Shop, delete_call, patch_call};
use kernel::task::TaskState;
use serde_json::{Value, json};

use crate::support::{ask_for_export, counted, ended, export, import, show, tea};

/// Makes a catalogue in which there is one of everything, and what breaks files.
async fn filled() -> Shop {
    let shop = Shop::open().await;
    let (app, admin) = (&shop.app, &shop.admin);
    let tea = shop.get(None, "/api/v1/categories/tea").await.json["id"].clone();
    let id = tea.as_str().expect("it is there");
    let change = json!({"description": "Leaves, \"green\"\nand black.", "name": "=Tea()"});
    let _ = shop
        .patch(admin, &format!("/api/v1/categories/{id}"), &change)
        .await
        .expect(200);
    // Above in the order of slugs, and below in the tree.
    let green = app
        .category(
            admin,
            &json!({"name": "Adagio", "parent": id, "is_active": false}),
        )
        .await;
    let _ = app
        .category(admin, &json!({"name": "日本茶", "parent": green["id"]}))
        .await;
    let _ = app.category(admin, &json!({"name": "Tea"})).await;
    for (sku, more) in [
        (
            "Z-1",
            json!({"name": "-1+1", "categories": ["日本茶", "tea"], "description": "'=1\t@x\n+y\r\n\"z\""}),
        ),
        (
            "A-1",
            json!({
                "name": "Full, \"quoted\"", "short_description": "'tis", "compare_price": "9.90", "is_active": false,
                "is_digital": true, "weight": 0, "dimensions": {"length": 1, "width": 20, "height": 300}, "tax_class": "reduced",
                "attributes": {"a": [1, -2.5, true, null, "=x"], "b": {"c": {"d": "ä;=1"}}, " e": 1e21, "f": 2.0},
            }),
        ),
        (
            "M-1",
            json!({"name": "Yen", "currency": "JPY", "price": "800"}),
        ),
        (
            "M-2",
            json!({"name": "Yen", "currency": "JPY", "price": "900", "categories": ["adagio"]}),
        ),
    ] {
        let mut product = more;
        product["sku"] = json!(sku);
        let made = app.product(&shop.seller, &product).await;
        if sku != "M-2" {
            let id = made["id"].as_str().expect("it is there");
            for (name, variant) in [
                (
                    "S",
                    json!({"attributes": {"size": "S"}, "low_stock_threshold": 3}),
                ),
                ("=L", json!({"price": "1", "is_active": false})),
            ] {
                let mut variant = variant;
                variant["name"] = json!(name);
                variant["sku"] = json!(format!("{sku}{}", name.trim_start_matches('=')));
                let _ = app.variant(&shop.seller, id, &variant).await;
            }
        }
    }
    shop
}

#[tokio::test]
async fn an_export_makes_the_same_catalogue_elsewhere() {
    let shop = filled().await;
    for format in ["csv", "jsonl"] {
        let file = export(&shop, format).await;
        // Where it comes from, nothing is to be done.
        assert_eq!(
            counted(&import(&shop, format, &file).await),
            [0, 0, 14, 0],
            "{file}"
        );
        assert_eq!(export(&shop, format).await, file);

        let other = Shop::open().await;
        // The category `tea` is there, and has another name.
        assert_eq!(
            counted(&import(&other, format, &file).await),
            [13, 1, 0, 0],
            "{file}"
        );
        assert_eq!(export(&other, format).await, file);
        assert_eq!(counted(&import(&other, format, &file).await), [0, 0, 14, 0]);
    }
}

#[tokio::test]
async fn an_export_is_as_documented() {
    let shop = Shop::open().await;
    let more = json!({"weight": 120, "attributes": {"origin": "Uji"}});
    let _ = import(&shop, "jsonl", tea("A", &more)).await;

    let lines = [
        "record,sku,product,slug,parent,name,description,short_description,price,compare_price,currency,categories,attributes,\
         is_active,is_digital,weight,length,width,height,tax_class,low_stock_threshold\r\n",
        "category,,,tea,,Tea,,,,,,,,true,,,,,,,\r\n",
        "product,A,,a,,A,,,8.90,,EUR,tea,\"{\"\"origin\"\":\"\"Uji\"\"}\",true,false,120,,,,standard,\r\n",
    ];
    assert_eq!(export(&shop, "csv").await, lines.concat());
    let lines: Vec<Value> = export(&shop, "jsonl")
        .await
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines,
        [
            json!({"record": "category", "slug": "tea", "parent": null, "name": "Tea", "description": "", "is_active": true}),
            json!({
                "record": "product", "sku": "A", "slug": "a", "name": "A", "description": "", "short_description": "",
                "price": "8.90", "compare_price": null, "currency": "EUR", "categories": ["tea"],
                "attributes": {"origin": "Uji"}, "is_active": true, "is_digital": false, "weight": 120, "dimensions": null,
                "tax_class": "standard",
            }),
        ]
    );
}

#[tokio::test]
async fn no_cell_of_an_export_is_computed() {
    let shop = filled().await;
    for line in export(&shop, "csv").await.split("\r\n") {
        for cell in line.split(',') {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{line}");
            assert!(
                !cell.starts_with("\"=") && !cell.starts_with("\"-"),
                "{line}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_deleted_is_in_no_export() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    assert!(export(&shop, "csv").await.contains("TEA-GREEN"));
    let _ = shop
        .app
        .call(delete_call(&shop.admin, &path))
        .await
        .expect(204);

    assert!(!export(&shop, "csv").await.contains("TEA-GREEN"));
}

#[tokio::test]
async fn a_product_that_comes_into_a_new_category_meanwhile_is_there_with_it() {
    let shop = Shop::open_watched().await;
    let path = shop.tea().await;
    let id = ask_for_export(&shop.app, &shop.admin, "jsonl").await;
    let (process, admin) = (shop.app.another_process(), &shop.admin);
    let meanwhile = async {
        let new = json!({"name": "Newest"});
        let call = Call::post("/api/v1/categories", &new).with_token(&admin.access);
        let _ = shop.app.call_another(&process, call).await.expect(201);
        let change = patch_call(admin, &path, &json!({"categories": ["newest", "tea"]}));
        let _ = shop.app.call_another(&process, change).await.expect(200);
    };
    // Behind the tree, before the products of the category.
    shop.app
        .held_after(1, "Query", shop.app.deliver(), meanwhile)
        .await;

    assert_eq!(ended(&shop.app, id).await.state, TaskState::Success);
    let file = crate::support::fetch(&shop, id).await;
    let other = Shop::open().await;
    assert_eq!(
        counted(&import(&other, "jsonl", &file).await),
        [2, 0, 1, 0],
        "{file}"
    );
}

#[tokio::test]
async fn who_does_not_manage_the_catalogue_any_more_exports_nothing() {
    let shop = Shop::open().await;
    let person = shop
        .app
        .member_with_role("second@example.com", "admin")
        .await;
    let admin = shop.app.log_in(&person).await;
    let id = ask_for_export(&shop.app, &admin, "csv").await;
    shop.app.change_role(&person, "user").await;

    shop.app.deliver().await;

    assert_eq!(ended(&shop.app, id).await.state, TaskState::Failure);
    assert_eq!(shop.app.file_keys().await, [""; 0]);
    show(&shop.app, &shop.admin, id)
        .await
        .expect_error(404, "not_found");
}
