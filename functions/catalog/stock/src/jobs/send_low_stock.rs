use catalog::jobs::SendLowStock;
use catalog::stock::LowStock;
use identity::{Topic, find_contact, opt_out_key};
use mail::{Addressee, Brand, OptOut, Prepared};
use work::{Assigned, Context, Failure};

use crate::mails::LowStockDigest;

/// What the mail is about: the list of what there is little of says the same.
const TOPIC: Topic = Topic::Updates;

/// Tells an administrator of which variants few are left: those of which that is still so.
pub(crate) async fn send_low_stock(
    context: Context,
    task: Assigned<SendLowStock>,
) -> Result<Prepared, Failure> {
    let (app, input) = (&context.app, &task.input);
    let Some(contact) = find_contact(app.store(), input.user_id).await? else {
        return Ok(Prepared::NO_ACCOUNT);
    };
    if !contact.mails.wants(TOPIC) {
        return Ok(Prepared::UNWANTED);
    }
    let variants = LowStock(app.store()).some(&input.variants).await?;
    if variants.is_empty() {
        return Ok(Prepared::Nothing("all of them were restocked"));
    }
    let brand = app.section::<Brand>();
    let opt_out = identity::OptOut::of(input.user_id, TOPIC, &contact.email);
    let token = opt_out.token(&*opt_out_key(app).await?);
    let opt_out = OptOut::new(&brand, &app.section::<mail::Settings>(), &token);
    let locale = contact.locale.as_deref();
    let to = Addressee::new(&contact.email, &contact.first_name, locale);
    let mail = LowStockDigest {
        addressee: &to.who_can_opt_out(opt_out),
        variants,
    };
    Ok(Prepared::Mail(mail.render(&brand)))
}
