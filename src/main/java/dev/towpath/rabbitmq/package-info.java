/**
 * The channel layer on a RabbitMQ broker, which shares channels and groups with programs on Python's channels_rabbitmq.
 */
package dev.towpath.rabbitmq;
