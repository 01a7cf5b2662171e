"""A chat room in Django, which shares a group with a JVM service (ChatRobot.java) by way of Redis.

Serve it with an ASGI server, such as daphne:

    REDIS=redis://127.0.0.1:6379 daphne -p 8000 chat:application

and open http://127.0.0.1:8000/ in two browsers.
"""

import os

import django
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path

ROOM = "chat"

settings.configure(
    SECRET_KEY=os.urandom(32).hex(),
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [os.environ.get("REDIS", "redis://127.0.0.1:6379")]},
        }
    },
)
django.setup()

PAGE = """<!doctype html>
<title>Chat</title>
<form onsubmit="socket.send(JSON.stringify({text: say.value})); say.value = ''; return false">
  <input id="say" placeholder="Say something, or /roll" size="40"> <button>Send</button>
</form>
<ul id="said"></ul>
<script>
  const socket = new WebSocket("ws://" + location.host + "/room");
  socket.onmessage = event => {
    const message = JSON.parse(event.data);
    said.append(Object.assign(document.createElement("li"), {textContent: message.from + ": " + message.text}));
  };
</script>
"""


class ChatConsumer(AsyncJsonWebsocketConsumer):
    """Passes on what one visitor says to the room, and what the room hears to the visitor."""

    async def connect(self):
        await self.channel_layer.group_add(ROOM, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(ROOM, self.channel_name)

    async def receive_json(self, content):
        message = {"type": "chat.message", "from": "somebody", "text": str(content["text"])}
        await self.channel_layer.group_send(ROOM, message)

    async def chat_message(self, event):
        """Is called for each message of the group whose type is chat.message, whoever has sent it."""
        await self.send_json({"from": event["from"], "text": event["text"]})


urlpatterns = [path("", lambda request: HttpResponse(PAGE))]

application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": URLRouter([path("room", ChatConsumer.as_asgi())]),
    }
)
