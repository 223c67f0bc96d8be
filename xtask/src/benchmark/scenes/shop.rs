//! What the functions of the catalogue need: a category, a product, a variant, pieces of it.

use anyhow::Result;
use serde_json::Value;

use super::super::people::{Person, text};
use super::super::stage::Stage;

/// Functions of the catalogue. Visitors need somebody who has made what they see.
pub(super) async fn for_shops(
    caller: &mut Person<'_>,
    stage: &Stage<'_>,
    function: &str,
) -> Result<()> {
    match function {
        "list_categories" | "get_category" | "create_product" => {
            category(caller).await?;
        }
        "replace_category" | "update_category" | "delete_category" => {
            let id = category(caller).await?;
            caller.set("id", id);
            rename(caller);
        }
        "get_product" | "list_variants" => {
            product(caller).await?;
            caller.call("create_variant").await?;
        }
        "replace_product" | "update_product" | "delete_product" | "create_variant" => {
            product(caller).await?;
            rename(caller);
        }
        "update_variant" | "delete_variant" => {
            product(caller).await?;
            variant(caller).await?;
        }
        "adjust_stock" | "spread_stock" => stock(caller).await?,
        "list_stock_movements" => {
            stock(caller).await?;
            caller.call("adjust_stock").await?;
            let is_listed = |page: &Value| page["results"].get(0).map(drop);
            caller.call_until(function, is_listed).await?;
        }
        "list_low_stock" | "report_low_stock" => {
            stock(caller).await?;
            let is_listed = |page: &Value| page["results"].get(0).map(drop);
            caller.call_until("list_low_stock", is_listed).await?;
        }
        "record_movements" => {
            caller.join_as_admin().await?;
            // Else the stream would have it recorded already.
            stage.run_beside(false).await?;
            stock(caller).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Has the next sample say something new: what is as it should be is not written.
fn rename(caller: &mut Person<'_>) {
    caller.set("name", "Something else".to_owned());
}

/// Makes a category, as somebody who may. Gives its id.
async fn category(caller: &mut Person<'_>) -> Result<String> {
    if !caller.filling.contains_key("authorization") {
        caller.join_as_admin().await?;
    }
    let made = caller.call("create_category").await?;
    text(&made, "id")
}

/// Makes a product, which is what the caller asks about then.
async fn product(caller: &mut Person<'_>) -> Result<()> {
    category(caller).await?;
    let made = caller.call("create_product").await?;
    let id = text(&made, "id")?;
    caller.set("product_id", id.clone());
    caller.set("id", id);
    Ok(())
}

/// Adds a variant to it.
async fn variant(caller: &mut Person<'_>) -> Result<()> {
    let made = caller.call("create_variant").await?;
    caller.set("variant_id", text(&made, "id")?);
    Ok(())
}

/// Makes a product with a variant, whose stock is what the caller asks about then.
async fn stock(caller: &mut Person<'_>) -> Result<()> {
    product(caller).await?;
    variant(caller).await?;
    let id = caller.filling["variant_id"].clone();
    caller.set("id", id);
    Ok(())
}
