"""Which topic of a forum a call's message goes into, or why it cannot."""

from __future__ import annotations

from sandbox.call_params import CallParams
from sandbox.chats import GENERAL_TOPIC, Chat, Json
from sandbox.refusals import bad_request


def build_topic(chat: Chat, params: CallParams, reply: Json) -> Json:
    """`message_thread_id` and `is_topic_message`, or nothing in General. Raises Refusal.

    A reply goes where the message stands that it answers. Groups that are no forum do not mind a
    thread that they do not have (Client.cpp, tdlib); a private chat does.
    """
    replied = reply.get("reply_to_message", {}).get("message_thread_id", 0)
    thread = params.integer("message_thread_id") or replied
    if not chat.forum:
        if chat.private and thread:
            raise bad_request("message thread not found")
        return {}
    if params.integer("message_thread_id") == GENERAL_TOPIC:
        raise bad_request("message thread not found")
    topic = chat.topics.get(str(thread or GENERAL_TOPIC))
    if topic is None:
        raise bad_request("message thread not found")
    if topic["closed"] and not (chat.bot == "administrator" and chat.bot_manages_topics):
        raise bad_request("TOPIC_CLOSED")
    return chat.describe_topic(thread)
