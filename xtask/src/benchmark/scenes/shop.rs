//! What the functions of the catalogue need: a category, a product, a variant, pieces of it, an image, a file.

use anyhow::Result;
use serde_json::Value;

use super::super::files::PICTURE;
use super::super::people::{Person, text};
use super::super::stage::Stage;

/// A file to import.
const FILE: &[u8] = b"record,sku,name,price,currency,categories\nproduct,TEA,Tea,8.90,EUR,tea\n";

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
        "get_product" | "list_variants" | "rebuild_index" => {
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
        "create_image_upload" => product(caller).await?,
        "list_images" | "update_image" | "delete_image" | "show_image" => {
            product(caller).await?;
            image(caller, stage).await?;
            caller.set("alternative_text", "Something else".to_owned());
        }
        "process_image" => {
            caller.join_as_admin().await?;
            product(caller).await?;
            form(caller).await?;
        }
        "list_products" | "index_products" => {
            product(caller).await?;
            caller.call("create_variant").await?;
            stage.run("rebuild_index", &caller.filling).await?;
        }
        "import_products" => {
            let form = caller.call("create_import_upload").await?;
            caller.set("upload_id", text(&form, "upload_id")?);
            let key = text(&form["fields"], "key")?;
            stage.files()?.put(&key, FILE.to_vec()).await?;
        }
        "show_transfer_file" => {
            let asked = caller.call("export_products").await?;
            caller.set("id", text(&asked, "task_id")?);
            let is_done = |task: &Value| (task["status"] == "SUCCESS").then_some(());
            caller.call_until("get_task", is_done).await?;
        }
        "transfer_products" => {
            caller.join_as_admin().await?;
            product(caller).await?;
            // Nobody does it meanwhile.
            stage.run_beside(false).await?;
            caller.call("export_products").await?;
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

/// Asks for a form to send an image of it with, which is not sent.
async fn form(caller: &mut Person<'_>) -> Result<()> {
    let form = caller.call("create_image_upload").await?;
    caller.set("image_id", text(&form, "image_id")?);
    caller.upload = Some(text(&form["fields"], "key")?);
    Ok(())
}

/// Adds an image to it, and waits until it is shown.
async fn image(caller: &mut Person<'_>, stage: &Stage<'_>) -> Result<()> {
    form(caller).await?;
    if let Some(key) = caller.upload.take() {
        stage.files()?.upload(&key, PICTURE).await?;
    }
    let is_listed = |page: &Value| page["results"].get(0).map(drop);
    caller.call_until("list_images", is_listed).await
}

/// Makes a product with a variant, whose stock is what the caller asks about then.
async fn stock(caller: &mut Person<'_>) -> Result<()> {
    product(caller).await?;
    variant(caller).await?;
    let id = caller.filling["variant_id"].clone();
    caller.set("id", id);
    Ok(())
}
