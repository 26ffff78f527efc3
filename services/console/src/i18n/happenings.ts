import type { Language } from "./language";

type Words = Record<Language, string>;

/** What happened in words, by interaction type of the published catalogue. */
export const HAPPENINGS: Readonly<Record<string, Words>> = {
  "call.started": { en: "Call began", he: "שיחה התחילה" },
  "call.rang": { en: "Call rang", he: "צלצול" },
  "call.answered": { en: "Call was picked up", he: "השיחה נענתה" },
  "call.leg.started": { en: "Reaching another line", he: "חיוג לקו נוסף" },
  "call.leg.rang": { en: "Rang at an agent", he: "צלצול אצל נציג" },
  "call.leg.failed": { en: "Another line could not be reached", he: "קו נוסף לא היה זמין" },
  "call.leg.ended": { en: "An agent's part ended", he: "חלקו של נציג בשיחה הסתיים" },
  "call.ended": { en: "Phone call", he: "שיחת טלפון" },
  "call.abandoned": { en: "Hung up before anyone answered", he: "ניתוק לפני מענה" },
  "call.transferred": { en: "Call was handed over", he: "השיחה הועברה" },
  "call.unknown": { en: "Something on the phone", he: "אירוע טלפוני" },
  "chat.message.received": { en: "Customer wrote in chat", he: "הודעת צ׳אט מהלקוח" },
  "chat.message.sent": { en: "We wrote in chat", he: "הודעת צ׳אט מאיתנו" },
  "chat.message.delivered": { en: "Chat message arrived", he: "הודעת הצ׳אט הגיעה" },
  "chat.message.read": { en: "Chat message was read", he: "הודעת הצ׳אט נקראה" },
  "chat.message.failed": { en: "Chat message did not arrive", he: "הודעת הצ׳אט לא הגיעה" },
  "chat.conversation.started": { en: "Chat began", he: "צ׳אט התחיל" },
  "chat.conversation.ended": { en: "Chat ended", he: "צ׳אט הסתיים" },
  "chat.identity.changed": { en: "Chat address changed", he: "כתובת הצ׳אט השתנתה" },
  "chat.unknown": { en: "Something in chat", he: "אירוע בצ׳אט" },
  "email.received": { en: "Customer wrote an email", he: "דוא״ל מהלקוח" },
  "email.sent": { en: "We wrote an email", he: "דוא״ל מאיתנו" },
  "email.delivered": { en: "Email arrived", he: "הדוא״ל הגיע" },
  "email.opened": { en: "Opened our email", he: "פתיחת דוא״ל" },
  "email.clicked": { en: "Followed a link in our email", he: "הקלקה על קישור בדוא״ל" },
  "email.bounced": { en: "Email bounced", he: "הדוא״ל חזר" },
  "email.complained": { en: "Marked our email as unwanted", he: "הדוא״ל סומן כלא רצוי" },
  "email.unsubscribed": { en: "Asked for no more email", he: "בקשה להסרה מרשימת התפוצה" },
  "email.unknown": { en: "Something by email", he: "אירוע בדוא״ל" },
  "page.viewed": { en: "Looked at a page", he: "צפייה בעמוד" },
  "screen.viewed": { en: "Opened a screen in the app", he: "פתיחת מסך ביישומון" },
  "web.identified": { en: "Signed in on the web", he: "הזדהות באתר" },
  "web.aliased": { en: "Two web ids became one", he: "שני מזהי אתר אוחדו" },
  "web.grouped": { en: "Joined an account", he: "שיוך לחשבון" },
  "web.event.tracked": { en: "Did something on the web", he: "פעולה באתר" },
  "web.unknown": { en: "Something on the web", he: "אירוע באתר" },
  "product.viewed": { en: "Looked at a product", he: "צפייה במוצר" },
  "product.searched": { en: "Searched for products", he: "חיפוש מוצרים" },
  "cart.updated": { en: "Changed the cart", he: "עדכון הסל" },
  "checkout.started": { en: "Began to pay", he: "תחילת תשלום" },
  "checkout.step.completed": { en: "One step through checkout", he: "שלב בתשלום הושלם" },
  "payment.failed": { en: "Payment failed", he: "התשלום נכשל" },
  "payment.received": { en: "Payment went through", he: "התשלום עבר" },
  "order.placed": { en: "Bought something", he: "רכישה" },
  "order.updated": { en: "Order changed", he: "ההזמנה עודכנה" },
  "order.cancelled": { en: "Order was called off", he: "ההזמנה בוטלה" },
  "order.fulfilled": { en: "Order was handed over", he: "ההזמנה נמסרה" },
  "order.refunded": { en: "Order was refunded", he: "ההזמנה זוכתה" },
  "store.visited": { en: "Was in a store", he: "ביקור בחנות" },
  "store.customer.updated": { en: "Store record changed", he: "כרטיס הלקוח בחנות עודכן" },
  "store.unknown": { en: "Something in a store", he: "אירוע בחנות" },
  "self_service.succeeded": { en: "Solved it alone", he: "פתרון עצמאי" },
  "self_service.failed": { en: "Tried alone and could not", he: "ניסיון עצמאי שלא הצליח" },
  "claim.submitted": { en: "Made a claim", he: "תביעה הוגשה" },
  "claim.approved": { en: "Claim was granted", he: "התביעה אושרה" },
  "claim.rejected": { en: "Claim was refused", he: "התביעה נדחתה" },
  "refund.sent": { en: "Refund was sent", he: "ההחזר נשלח" },
  "consent.changed": { en: "Changed what we may use their data for", he: "שינוי הרשאות לשימוש במידע" },
  "campaign.sent": { en: "Got a campaign message", he: "הודעת קמפיין נשלחה" },
  "campaign.responded": { en: "Answered a campaign", he: "תגובה לקמפיין" },
  "survey.answered": { en: "Answered a survey", he: "מענה לסקר" },
  "app.unknown": { en: "Something in the app", he: "אירוע ביישומון" },
  "social.message.received": { en: "Wrote on a social network", he: "הודעה ברשת חברתית" },
  "social.unknown": { en: "Something on a social network", he: "אירוע ברשת חברתית" },
};

/** Words for a type; one that the catalogue does not know is shown as its own words. */
export function happening(type: string, language: Language): string {
  const known = HAPPENINGS[type];
  if (known) return known[language];
  const words = type.replaceAll(/[._]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
