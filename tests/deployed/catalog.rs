//! A shop over HTTP, on the deployed stack: every function under its own role, and what the streams bring.

use end_to_end::{Member, Request, Stack, Tokens, Visitor, eventually, two_pixels, unique_address};
use serde_json::{Value, json};
use test_support::{Answer, Http};
use tokio::time::{Duration, Instant};

/// What others see a change within, 19 times of 20.
const VISIBLE: Duration = Duration::from_secs(5);

/// Somebody who is logged in.
struct Caller {
    visitor: Visitor,
    tokens: Tokens,
}

impl Caller {
    async fn admin(stack: &Stack) -> Self {
        let member = Member::join(stack).await;
        let tokens = member.sign_in_as_admin().await;
        let visitor = member.visitor;
        Self { visitor, tokens }
    }

    async fn seller(stack: &Stack) -> Self {
        let member = Member::join(stack).await;
        let tokens = member.sign_in().await;
        let visitor = member.visitor;
        Self { visitor, tokens }
    }

    /// Sends a call, and gives what is answered by this status.
    async fn send(&self, method: &str, path: &str, body: &Value, status: u16) -> Value {
        let request = match body {
            Value::Null => Request::new(method, path),
            body => Request::new(method, path).with_body(&body.to_string()),
        };
        let request = request
            .with_header("idempotency-key", &unique_address("key"))
            .with_token(&self.tokens.access);
        let answer = self.visitor.send(request).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.json);
        answer.json
    }
}

/// A word that no other test uses, for names that can be there once.
fn unique() -> String {
    let address = unique_address("shop");
    let (name, _) = address.split_once('@').unwrap();
    name.replace(['.', '+'], "-").to_lowercase()
}

#[tokio::test]
async fn a_shop_is_opened_sold_out_and_closed() {
    let stack = Stack::deployed();
    let (admin, seller) = (Caller::admin(&stack).await, Caller::seller(&stack).await);
    let visitor = Visitor::through_the_gateway(&stack).await;
    let (home, tea) = (unique(), unique());

    let category =
        |name: &str, parent: &Value| json!({"name": name, "slug": name, "parent": parent});
    let home = category(&home, &Value::Null);
    let home = admin.send("POST", "/api/v1/categories", &home, 201).await;
    let tea = category(&tea, &home["id"]);
    let tea = admin.send("POST", "/api/v1/categories", &tea, 201).await;
    let sku = unique();
    let product = json!({
        "name": "Green tea", "slug": sku, "sku": sku, "price": "8.90", "currency": "EUR", "categories": [tea["slug"]],
    });
    let product = seller.send("POST", "/api/v1/products", &product, 201).await;
    let path = format!("/api/v1/products/{}", product["id"].as_str().unwrap());
    let variant = json!({"name": "250 g", "sku": format!("{sku}-250"), "low_stock_threshold": 5});
    let variant = seller
        .send("POST", &format!("{path}/variants"), &variant, 201)
        .await;
    let of_stock = format!("/api/v1/variants/{}/stock", variant["id"].as_str().unwrap());

    // What is in stock and what is low follows by the stream.
    let adjust = format!("{of_stock}/adjustments");
    for (delta, in_stock, low) in [(40, true, false), (-36, true, true), (-4, false, true)] {
        let change = json!({"delta": delta, "reason": "Count"});
        admin.send("POST", &adjust, &change, 201).await;
        eventually("the stock to be noted", async || {
            let seen = visitor.send(Request::get(&path)).await.expect(200).json;
            let listed = admin
                .send("GET", "/api/v1/stock/low?page_size=100", &Value::Null, 200)
                .await;
            let listed = listed["results"].as_array().unwrap().iter();
            let is_low = listed.clone().any(|row| row["variant_id"] == variant["id"]);
            (seen["in_stock"] == in_stock && is_low == low).then_some(())
        })
        .await;
    }
    let movements = format!("{of_stock}/movements");
    let movements = admin.send("GET", &movements, &Value::Null, 200).await;
    assert_eq!(movements["count"], 3);
    let parts = json!({"parts": 4});
    admin
        .send("PUT", &format!("{of_stock}/parts"), &parts, 204)
        .await;

    // It is changed, moved, and closed from below.
    let renamed = json!({"name": "250 grams"});
    let of_variant = format!("{path}/variants/{}", variant["id"].as_str().unwrap());
    seller.send("PATCH", &of_variant, &renamed, 200).await;
    let whole = json!({
        "name": "Sencha", "sku": sku, "price": "7", "currency": "EUR", "categories": [tea["id"]],
    });
    seller.send("PUT", &path, &whole, 200).await;
    let of_tea = format!("/api/v1/categories/{}", tea["id"].as_str().unwrap());
    let renamed = json!({"name": "Teas"});
    admin.send("PATCH", &of_tea, &renamed, 200).await;
    let whole = json!({"name": "Leaves", "parent": home["id"]});
    admin.send("PUT", &of_tea, &whole, 200).await;
    let moved = format!("{of_tea}?move_to={}", home["id"].as_str().unwrap());
    admin.send("DELETE", &moved, &Value::Null, 204).await;
    let seen = visitor.send(Request::get(&path)).await.expect(200).json;
    assert_eq!(seen["categories"], json!([home["id"]]));
    let price = json!({"price": "6.50"});
    seller.send("PATCH", &path, &price, 200).await;
    let extra = json!({"name": "Sample", "sku": format!("{sku}-0")});
    let extra = seller
        .send("POST", &format!("{path}/variants"), &extra, 201)
        .await;
    let extra = format!("{path}/variants/{}", extra["id"].as_str().unwrap());
    seller.send("DELETE", &extra, &Value::Null, 204).await;

    seller.send("DELETE", &path, &Value::Null, 204).await;
    visitor
        .send(Request::get(&path))
        .await
        .expect_error(404, "not_found");
    // The names of its variants are free once the task is done.
    let again = json!({
        "name": "Again", "sku": format!("{sku}-250"), "price": "1", "currency": "EUR", "categories": [home["id"]],
    });
    eventually("the variant to be cleared", async || {
        let request = Request::post("/api/v1/products", &again).with_token(&seller.tokens.access);
        (seller.visitor.send(request).await.status == 201).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_is_below_is_hidden_with_what_is_above_it() {
    let stack = Stack::deployed();
    let admin = Caller::admin(&stack).await;
    let visitor = Visitor::through_the_gateway(&stack).await;
    let name = unique();
    let closed = json!({"name": name, "is_active": false});
    let closed = admin.send("POST", "/api/v1/categories", &closed, 201).await;
    let below = json!({"name": "Below", "slug": format!("{name}-below"), "parent": closed["id"]});
    let below = admin.send("POST", "/api/v1/categories", &below, 201).await;

    for slug in [&closed["slug"], &below["slug"]] {
        let path = format!("/api/v1/categories/{}", slug.as_str().unwrap());
        visitor
            .send(Request::get(&path))
            .await
            .expect_error(404, "not_found");
    }
    let tree = visitor
        .send(Request::get("/api/v1/categories?tree=true&page_size=100"))
        .await;
    assert!(!tree.expect(200).json.to_string().contains(&name));
}

#[tokio::test]
async fn an_image_that_was_uploaded_shows_in_the_product_until_it_is_deleted() {
    let stack = Stack::deployed();
    let (admin, seller) = (Caller::admin(&stack).await, Caller::seller(&stack).await);
    let visitor = Visitor::through_the_gateway(&stack).await;
    let name = unique();
    let category = json!({"name": name, "slug": name});
    let category = admin
        .send("POST", "/api/v1/categories", &category, 201)
        .await;
    let product = json!({
        "name": "Green tea", "slug": name, "sku": name, "price": "8.90", "currency": "EUR", "categories": [category["id"]],
    });
    let product = seller.send("POST", "/api/v1/products", &product, 201).await;
    let path = format!("/api/v1/products/{}", product["id"].as_str().unwrap());
    let images = format!("{path}/images");
    let wanted = json!({"content_type": "image/png", "alternative_text": "A tin of tea"});

    // Within seconds.
    let form = seller.send("POST", &images, &wanted, 201).await;
    let sent_at = std::time::Instant::now();
    let (status, said) = Http::default().upload(&form, &two_pixels()).await;
    assert!((200..300).contains(&status), "{status} {said}");
    let shown = eventually("the image in the product", async || {
        let seen = visitor.send(Request::get(&path)).await.expect(200).json;
        seen["images"].get(0).cloned()
    })
    .await;
    assert!(sent_at.elapsed().as_secs() < 10, "{:?}", sent_at.elapsed());
    assert_eq!(shown["id"], form["image_id"]);
    assert_eq!(shown["alternative_text"], "A tin of tea");
    let urls: Vec<&str> = shown["urls"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(urls.len(), 3);
    for url in &urls {
        let image = visitor.send(Request::get(url)).await.expect(200);
        assert_eq!(image.header("content-type"), "image/webp");
        assert_eq!(image.header("x-content-type-options"), "nosniff");
        assert!(image.body.starts_with(b"RIFF") && image.body[8..].starts_with(b"WEBP"));
    }

    // What is no picture is refused, and its seller is told why.
    let form = seller.send("POST", &images, &wanted, 201).await;
    let (status, said) = Http::default().upload(&form, b"<svg/>").await;
    assert!((200..300).contains(&status), "{status} {said}");
    let refusal = eventually("the refusal", async || {
        let list = seller.send("GET", &images, &Value::Null, 200).await;
        list["refusals"].get(0).cloned()
    })
    .await;
    assert_eq!(
        (&refusal["image_id"], &refusal["code"]),
        (&form["image_id"], &json!("unknown_format"))
    );

    // It is described anew, and deleted with its files.
    let image = format!("{images}/{}", shown["id"].as_str().unwrap());
    let change = json!({"alternative_text": "A pot of tea", "position": 1});
    let changed = seller.send("PATCH", &image, &change, 200).await;
    assert_eq!(changed["alternative_text"], "A pot of tea");
    seller.send("DELETE", &image, &Value::Null, 204).await;
    let seen = visitor.send(Request::get(&path)).await.expect(200).json;
    assert_eq!(seen["images"], json!([]));
    eventually("the image to be gone", async || {
        let answer = visitor.send(Request::get(urls[0])).await;
        (answer.status == 404).then_some(())
    })
    .await;
    seller.send("DELETE", &path, &Value::Null, 204).await;
}

#[tokio::test]
async fn a_change_is_in_the_lists_of_others_within_five_seconds() {
    let stack = Stack::deployed();
    let (admin, seller) = (Caller::admin(&stack).await, Caller::seller(&stack).await);
    let reader = Caller::seller(&stack).await;
    let word = unique();
    let category = json!({"name": word, "slug": word});
    admin
        .send("POST", "/api/v1/categories", &category, 201)
        .await;
    let product = json!({
        "name": "Green tea", "slug": word, "sku": word, "price": "1000", "currency": "EUR", "categories": [word],
        "attributes": {"word": word},
    });
    let product = seller.send("POST", "/api/v1/products", &product, 201).await;
    let path = format!("/api/v1/products/{}", product["id"].as_str().unwrap());
    let list = format!("/api/v1/products?attributes.word={word}");

    let mut times = Vec::new();
    for price in 1..=20 {
        let change = json!({"price": price.to_string()});
        seller.send("PATCH", &path, &change, 200).await;
        let (begun, mut tag) = (Instant::now(), "\"none\"".to_owned());
        // What has not changed is not counted against the limit of lists.
        eventually("the change to be listed", async || {
            let request = Request::get(&list).with_token(&reader.tokens.access);
            let request = request.with_header("if-none-match", &tag);
            let answer = reader.visitor.send(request).await;
            if answer.status != 304 {
                answer.header("etag").clone_into(&mut tag);
            }
            (answer.json["results"][0]["price"] == format!("{price}.00")).then_some(())
        })
        .await;
        times.push(begun.elapsed());
    }

    times.sort_unstable();
    assert!(times[18] <= VISIBLE, "{times:?}");
}

/// Asks for a list as a visitor until it is so. Each process that answers has the index that it has loaded, which may be some seconds
/// old. What has not changed is not counted against the limit of lists.
async fn listed(visitor: &Visitor, path: &str, is_so: impl Fn(&Value) -> bool) -> Answer {
    let mut tag = "\"none\"".to_owned();
    eventually("the list to be so", async || {
        let request = Request::get(path).with_header("if-none-match", &tag);
        let answer = visitor.send(request).await;
        if answer.status != 200 {
            return None;
        }
        answer.header("etag").clone_into(&mut tag);
        is_so(&answer.json).then_some(answer)
    })
    .await
}

#[tokio::test]
async fn products_are_searched_narrowed_and_counted_through_the_gateway() {
    let stack = Stack::deployed();
    let (admin, seller) = (Caller::admin(&stack).await, Caller::seller(&stack).await);
    let visitor = Visitor::through_the_gateway(&stack).await;
    let word = unique();
    let category = json!({"name": word, "slug": word});
    let category = admin
        .send("POST", "/api/v1/categories", &category, 201)
        .await;
    let mut paths = Vec::new();
    for (number, (name, price)) in [("Sencha", "8.90"), ("Assam", "5"), ("Kettle", "39.50")]
        .into_iter()
        .enumerate()
    {
        let product = json!({
            "name": name, "sku": format!("{word}-{number}"), "price": price, "currency": "EUR", "categories": [word],
            "attributes": {"color": if number == 2 { "black" } else { "green" }, "word": word}, "is_digital": number == 1,
        });
        let product = seller.send("POST", "/api/v1/products", &product, 201).await;
        paths.push(format!(
            "/api/v1/products/{}",
            product["id"].as_str().unwrap()
        ));
    }
    let list = |query: &str| format!("/api/v1/products?attributes.word={word}&{query}");
    // Who has made them sees them at once.
    let own = eventually("the first index", async || {
        let request = Request::get(&list("ordering=price")).with_token(&seller.tokens.access);
        let answer = seller.visitor.send(request).await;
        (answer.status == 200).then_some(answer.json)
    })
    .await;
    assert_eq!(own["count"], 3);
    let of_category = format!("/api/v1/products?category={word}&ordering=price");
    let sorted = eventually("the category to be indexed", async || {
        let request = Request::get(&of_category).with_token(&admin.tokens.access);
        let answer = admin.visitor.send(request).await;
        (answer.json["count"] == 3).then_some(answer)
    })
    .await;
    assert_eq!(sorted.json["results"], own["results"]);

    for (query, names) in [
        ("search=senhca", &["Sencha"][..]),
        ("min_price=6&ordering=-price", &["Kettle", "Sencha"]),
        ("attributes.color=green&is_digital=false", &["Sencha"]),
        (
            "attributes.color=green&attributes.color=black&ordering=name&page_size=2",
            &["Assam", "Kettle"],
        ),
    ] {
        listed(&visitor, &list(query), |found| {
            let rows = found["results"].as_array().unwrap().iter();
            rows.map(|row| row["name"].as_str().unwrap())
                .eq(names.iter().copied())
        })
        .await;
    }
    let counted = list("facets=true&page_size=1");
    let counted = listed(&visitor, &counted, |found| found["count"] == 3).await;
    let facets = &counted.json["facets"];
    assert_eq!(facets["categories"][0]["id"], category["id"]);
    let colors = facets["attributes"].as_array().unwrap().iter();
    let mut colors = colors.filter(|facet| facet["name"] == "color");
    assert_eq!(
        colors.next().unwrap()["values"][0],
        json!({"value": "green", "count": 2})
    );
    assert_eq!(counted.header("cache-control"), "public, max-age=60");
    let unknown = visitor.send(Request::get(&list("colour=green"))).await;
    unknown.expect_error(400, "invalid_fields");
    let hidden = visitor.send(Request::get(&list("is_active=false"))).await;
    hidden.expect_error(401, "not_authenticated");

    for path in &paths {
        seller.send("DELETE", path, &Value::Null, 204).await;
    }
    let own = Request::get(&list("")).with_token(&seller.tokens.access);
    assert_eq!(seller.visitor.send(own).await.expect(200).json["count"], 0);
}
