//! The pages of a list of accounts: their numbers, their positions, and how many entries there are.

use accounts::people::{People, PeopleFilter, PeopleOrder};
use accounts_testing::{Answer, Call};
use store::{Count, PageRequest};

use super::{CROWD, list, started};

#[tokio::test]
async fn a_page_of_another_list_is_a_400() {
    let (app, admin) = started().await;
    let page_of = |answer: &Answer| {
        let next = answer.json["next"]
            .as_str()
            .expect("there is a page after")
            .to_owned();
        let query = next.split_once('?').unwrap().1.to_owned();
        query
            .split('&')
            .find(|part| part.starts_with("page="))
            .unwrap()
            .to_owned()
    };
    let search = page_of(
        &list(&app, &admin, "search=pat&page_size=5")
            .await
            .expect(200),
    );
    let times = page_of(&list(&app, &admin, "page_size=5").await.expect(200));

    for query in [
        format!("search=zoe&{search}"),
        format!("search=pat&{times}"),
        format!("ordering=created_at&{times}"),
        format!("role=teen&{times}"),
        format!("created_after=2026-03-04T20:00:00Z&{times}"),
    ] {
        let answer = list(&app, &admin, &query).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail("page").is_empty(), "{query}");
    }
    let other = Call::get(&format!("/api/v1/admin/otps?{times}")).with_token(&admin.access);
    app.call(other).await.expect_error(400, "invalid_fields");
    // How many it shows is another matter.
    let _ = list(&app, &admin, &format!("page_size=7&{times}"))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_page_by_its_number_is_the_page_that_is_led_to() {
    let (app, admin) = started().await;
    for query in [
        "page_size=7",
        "ordering=email&page_size=10",
        "is_active=true&page_size=4",
        "ordering=-email&created_after=2026-03-03&page_size=5",
        "search=pat&page_size=10",
        "search=pat&is_verified=true&page_size=6",
    ] {
        let mut page = list(&app, &admin, query).await.expect(200);
        for number in 2.. {
            let numbered = list(&app, &admin, &format!("{query}&page={number}")).await;
            let Some(next) = page.json["next"].as_str() else {
                numbered.expect_error(404, "not_found");
                break;
            };
            let call = Call::get(next).with_token(&admin.access);
            page = app.call(call).await.expect(200);
            assert_eq!(numbered.expect(200).json, page.json, "{query}, {number}");
        }
    }
    list(
        &app,
        &admin,
        "created_after=2030-01-01&created_before=2029-01-01&page=2",
    )
    .await
    .expect_error(404, "not_found");
}

#[tokio::test]
async fn every_page_says_how_many_there_are_in_all() {
    let (app, admin) = started().await;
    for (query, count) in [
        ("", CROWD),
        ("ordering=email", CROWD),
        ("is_active=false", CROWD / 3),
        ("search=pat", CROWD),
        ("search=pat&is_verified=true", CROWD / 2),
        ("ordering=email&created_after=2026-03-03", CROWD - 12),
    ] {
        for page in ["page=1", "page=2", "page=3"] {
            let answer = list(&app, &admin, &format!("{query}&{page}&page_size=3")).await;
            let answer = answer.expect(200);
            assert_eq!(answer.json["count"], count, "{query}");
            assert!(answer.json.get("count_at_least").is_none());
        }
    }
}

#[tokio::test]
async fn a_count_ends_where_it_is_told_to() {
    let (app, _) = started().await;
    let people = People(app.app().store());
    let (everybody, order) = (
        PeopleFilter::default(),
        PeopleOrder::Created { newest_first: true },
    );
    for (count_to, count) in [
        (CROWD - 1, Count::AtLeast(CROWD - 1)),
        (CROWD, Count::Exactly(CROWD)),
        (CROWD + 1, Count::Exactly(CROWD)),
    ] {
        let request = PageRequest {
            count_to,
            ..PageRequest::new(5, None)
        };
        let listed = people.list(&everybody, &order, &request).await.unwrap();
        assert_eq!(listed.page.total(), Some(count));
    }
}
