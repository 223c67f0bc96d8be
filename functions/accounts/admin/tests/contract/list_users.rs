use accounts::people::{People, PeopleFilter, PeopleOrder};
use accounts::profile::Name;
use accounts_testing::{Answer, Call, LoggedIn, TestApp};
use jiff::{SignedDuration, Timestamp};
use kernel::role::Role;
use serde_json::{Value, json};
use store::{PageRequest, worth};
use strum::VariantArray as _;

mod pages;

/// People of a [`crowd`].
const CROWD: usize = 42;

/// An index with people of all kinds, one made each hour: `p00@example.com`, `p01@example.com` and so on.
///
/// Every role in turn; every third locked; every second not verified.
async fn crowd(app: &TestApp) {
    for number in 0..CROWD {
        let email = format!("p{number:02}@example.com");
        app.member_who(&email, |user| {
            user.role = Role::VARIANTS[number % Role::VARIANTS.len()];
            user.disabled = number.is_multiple_of(3);
            user.email_verified = number.is_multiple_of(2);
            user.first_name = Name::parse("Pat").expect("a name");
        })
        .await;
        app.advance(SignedDuration::from_hours(1));
    }
    app.index().await;
}

/// An installation with a [`crowd`], and an administrator whom the index does not know.
async fn started() -> (TestApp, LoggedIn) {
    let app = TestApp::start().await;
    app.advance(SignedDuration::from_hours(24));
    crowd(&app).await;
    let (_, admin) = app.admin().await;
    (app, admin)
}

async fn list(app: &TestApp, admin: &LoggedIn, query: &str) -> Answer {
    app.call(Call::get(&format!("/api/v1/users?{query}")).with_token(&admin.access))
        .await
}

/// The numbers of the people of a page.
fn numbers(answer: &Answer) -> Vec<usize> {
    let results = answer.json["results"]
        .as_array()
        .expect("a page has results");
    results
        .iter()
        .filter_map(|person| {
            person["email"].as_str()?.strip_prefix('p')?[..2]
                .parse()
                .ok()
        })
        .collect()
}

/// The people of all pages from the first on, following `next`; and again from the last, following `previous`.
async fn walk(app: &TestApp, admin: &LoggedIn, query: &str) -> Vec<usize> {
    let mut pages = Vec::new();
    let mut target = format!("/api/v1/users?{query}");
    let last = loop {
        let answer = app
            .call(Call::get(&target).with_token(&admin.access))
            .await
            .expect(200);
        pages.push(numbers(&answer));
        match answer.json["next"].as_str() {
            Some(next) => next.clone_into(&mut target),
            None => break answer,
        }
        assert!(pages.len() < 100, "the list ends");
    };
    let mut answer = last;
    for page in pages.iter().rev().skip(1) {
        let previous = answer.json["previous"]
            .as_str()
            .expect("there is a page before")
            .to_owned();
        answer = app
            .call(Call::get(&previous).with_token(&admin.access))
            .await
            .expect(200);
        assert_eq!(&numbers(&answer), page, "{query}, going back");
    }
    assert!(
        answer.json["previous"].is_null(),
        "{query}, at the first page"
    );
    pages.concat()
}

#[tokio::test]
async fn the_newest_come_first_a_page_at_a_time() {
    let (app, admin) = started().await;

    let first = list(&app, &admin, "").await.expect(200);

    assert_eq!(numbers(&first), (22..CROWD).rev().collect::<Vec<_>>());
    assert_eq!(
        first.json["results"][0],
        json!({
            "id": first.json["results"][0]["id"], "email": "p41@example.com", "username": null, "first_name": "Pat",
            "last_name": "", "role": "observer", "is_active": true, "email_verified": false,
            "created_at": "2026-03-04T05:00:00Z",
        })
    );
    assert_eq!(
        (&first.json["count"], &first.json["previous"]),
        (&json!(CROWD), &Value::Null)
    );
    assert_eq!(
        walk(&app, &admin, "page_size=7").await,
        (0..CROWD).rev().collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn every_order_goes_on_and_back() {
    let (app, admin) = started().await;
    let up: Vec<usize> = (0..CROWD).collect();
    let down: Vec<usize> = (0..CROWD).rev().collect();
    for (ordering, expected) in [
        ("created_at", &up),
        ("-created_at", &down),
        ("email", &up),
        ("-email", &down),
    ] {
        assert_eq!(
            &walk(&app, &admin, &format!("ordering={ordering}&page_size=10")).await,
            expected,
            "{ordering}"
        );
    }
}

#[tokio::test]
async fn filters_hold_together() {
    let (app, admin) = started().await;
    let is_kept = |query: &str, number: usize| {
        let role = Role::VARIANTS[number % Role::VARIANTS.len()].as_str();
        query
            .split('&')
            .all(|filter| match filter.split_once('=').unwrap() {
                ("role", wanted) => role == wanted,
                ("is_active", wanted) => (!number.is_multiple_of(3)).to_string() == wanted,
                ("is_verified", wanted) => number.is_multiple_of(2).to_string() == wanted,
                // The crowd begins at noon of the second of March.
                ("created_after", "2026-03-03") => number >= 12,
                ("created_before", "2026-03-04T00:00:00Z") => number < 36,
                _ => true,
            })
    };
    for query in [
        "role=teen",
        "is_active=false",
        "is_verified=true",
        "is_active=true&is_verified=false",
        "role=admin&is_active=true",
        "role=child&is_active=true&is_verified=true",
        "created_after=2026-03-03",
        "created_before=2026-03-04T00:00:00Z",
        "created_after=2026-03-03&created_before=2026-03-04T00:00:00Z&is_verified=true",
        "created_after=2026-03-03&is_active=false&ordering=email",
        "search=p&is_active=false",
        "search=pat&role=flatmate",
    ] {
        let query = query.replace("search=p&", "search=pa&");
        let mut expected: Vec<usize> = (0..CROWD)
            .filter(|number| is_kept(&query, *number))
            .collect();
        let mut listed = walk(&app, &admin, &format!("{query}&page_size=4")).await;
        listed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(listed, expected, "{query}");
    }
}

#[tokio::test]
async fn a_list_of_one_page_says_how_many_there_are() {
    let (app, admin) = started().await;

    let answer = list(&app, &admin, "role=teen&page_size=10")
        .await
        .expect(200);

    assert_eq!(
        (&answer.json["count"], &answer.json["next"]),
        (&json!(6), &Value::Null)
    );
    let nobody = list(
        &app,
        &admin,
        "created_after=2030-01-01&created_before=2029-01-01",
    )
    .await
    .expect(200);
    assert_eq!(
        nobody.json,
        json!({"count": 0, "next": null, "previous": null, "results": []})
    );
}

#[tokio::test]
async fn a_page_reads_what_it_shows_and_one_entry_more() {
    let (app, _) = started().await;
    let flags = [None, Some(true), Some(false)];
    let (early, late): (Timestamp, Timestamp) = (
        "2026-03-02T20:00:00Z".parse().unwrap(),
        "2026-03-03T20:00:00Z".parse().unwrap(),
    );
    let orders = [
        PeopleOrder::Created { newest_first: true },
        PeopleOrder::Created {
            newest_first: false,
        },
        PeopleOrder::Email { descending: false },
        PeopleOrder::Email { descending: true },
    ];
    let size = 5;
    for role in [None, Some(Role::Teen)] {
        for (is_active, is_verified) in flags
            .iter()
            .flat_map(|one| flags.iter().map(move |two| (*one, *two)))
        {
            for (created_from, created_before) in [
                (None, None),
                (Some(early), None),
                (None, Some(late)),
                (Some(early), Some(late)),
            ] {
                let filter = PeopleFilter {
                    role,
                    is_active,
                    is_verified,
                    created_from,
                    created_before,
                };
                for order in &orders {
                    let listed = People(app.app().store())
                        .list(&filter, order, &PageRequest::new(size, None))
                        .await
                        .unwrap();
                    let shown = listed.page.items.len();
                    let more = usize::from(listed.page.next.is_some());
                    if has_list(&filter, order) {
                        assert_eq!(listed.read, shown + more, "{filter:?} {order:?}");
                    } else {
                        assert!(listed.read <= worth(size), "{filter:?} {order:?}");
                    }
                }
            }
        }
    }
}

/// Whether there is a list of just these accounts in this order. What is true of nearly all has none, nor has more than one
/// thing at once; and a time is a part of the lists by time alone.
fn has_list(filter: &PeopleFilter, order: &PeopleOrder) -> bool {
    let asked = [
        filter.role.is_some(),
        filter.is_active.is_some(),
        filter.is_verified.is_some(),
    ];
    let asked = asked.into_iter().filter(|is_asked| *is_asked).count();
    let is_common = filter.is_active == Some(true) || filter.is_verified == Some(true);
    let has_time = filter.created_from.or(filter.created_before).is_some();
    let by_time = matches!(order, PeopleOrder::Created { .. });
    asked <= 1 && !is_common && (by_time || !has_time)
}

#[tokio::test]
async fn wrong_questions_are_a_400() {
    let (app, admin) = started().await;
    for (query, field) in [
        ("role=root", "role"),
        ("is_active=yes", "is_active"),
        ("is_verified=1", "is_verified"),
        ("created_after=yesterday", "created_after"),
        ("created_before=2026-02-30", "created_before"),
        ("created_before=99999999999999", "created_before"),
        ("ordering=password", "ordering"),
        ("search=a", "search"),
        ("search=%00%00%00", "search"),
        ("search=ann&ordering=email", "ordering"),
        ("page=0", "page"),
        ("page=501", "page"),
        ("page=PmFiYw", "page"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("colour=red", "colour"),
        ("format=csv", "format"),
        ("limit=5", "limit"),
    ] {
        let answer = list(&app, &admin, query).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail(field).is_empty(), "{query}: {}", answer.json);
    }
    let long = format!("search={}", "a".repeat(5000));
    list(&app, &admin, &long)
        .await
        .expect_error(400, "invalid_fields");
    list(&app, &admin, "role=teen&role=admin")
        .await
        .expect_error(400, "invalid_query");
    let _ = list(
        &app,
        &admin,
        "search=&role=&is_active=&ordering=&created_after=",
    )
    .await
    .expect(200);
}
