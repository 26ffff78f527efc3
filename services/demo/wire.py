"""Messages to requests: which vendor writes what down."""

from services.demo.messages import Event, Mail, MailOpened, Message, PhoneCall, Shop, Web, WhatsApp, WhatsAppReply
from services.demo.outgoing import Credentials, Outgoing, Scene
from services.demo.vendors import cloudevents, postmark, segment, shopify, twilio, whatsapp


def request(message: Message, scene: Scene, credentials: Credentials) -> Outgoing:
    """The signed request that `message` means at this moment of a story. Pure."""
    match message:
        case Web():
            return segment.request(message, scene, credentials)
        case PhoneCall():
            return twilio.request(message, scene, credentials)
        case WhatsApp() | WhatsAppReply():
            return whatsapp.request(message, scene, credentials)
        case Mail() | MailOpened():
            return postmark.request(message, scene, credentials)
        case Shop():
            return shopify.request(message, scene, credentials)
        case Event():
            return cloudevents.request(message, scene, credentials)
