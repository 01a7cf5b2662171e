package dev.towpath.bench.peers;

import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.smile.SmileMapper;

/** Encodes maps for the peers that carry bytes and have no codec of their own. */
enum Codec {
    /** The fastest self-describing format that Jackson has. */
    SMILE(new SmileMapper()),
    /** What everybody else can read. */
    JSON(new JsonMapper());

    private final ObjectMapper mapper;

    Codec(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    byte[] encode(Map<String, Object> message) {
        return mapper.writeValueAsBytes(message);
    }

    Map<?, ?> decode(byte[] bytes) {
        return mapper.readValue(bytes, Map.class);
    }
}
