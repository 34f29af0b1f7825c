using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Hashee.Protocol.Tests;

public sealed class RoundTripTests
{
    private static readonly Config Configuration = Config.QuickThrowOnFailure.WithMaxTest(200).WithQuietOnSuccess(true);

    // Any string without a lone surrogate, as ids and texts are.
    private static readonly Arbitrary<string> Texts = ArbMap.Default.ArbFor<string>().Filter(static text => text is not null && IsUnicode(text));

    private static readonly Arbitrary<string> Ids =
        Texts.Filter(static text => text.Length > 0 && Encoding.UTF8.GetByteCount(text) is >= 1 and <= 255);

    [Fact]
    public void What_is_sealed_to_1_to_5_recipients_opens_for_each_of_them()
    {
        using Ed25519PrivateKey signer = Ed25519PrivateKey.Generate();
        X25519PrivateKey[] keys = [.. Enumerable.Range(0, 5).Select(static _ => X25519PrivateKey.Generate())];
        Arbitrary<(string Sender, string Conversation, string Message, string[] Recipients, byte[] Payload, long Created)> inputs = Arb.From(
            from sender in Ids.Generator
            from conversation in Ids.Generator
            from message in Ids.Generator
            from count in Gen.Choose(1, 5)
            from recipients in Ids.Generator.ArrayOf(count)
            from payload in ArbMap.Default.GeneratorFor<byte[]>()
            from created in ArbMap.Default.GeneratorFor<long>()
            select (sender, conversation, message, recipients, payload, created));

        Check.One(Configuration, Prop.ForAll(inputs, input =>
        {
            Recipient[] recipients = [.. input.Recipients.Select((id, i) => new Recipient(id, keys[i].PublicKey))];
            byte[] payload = Encoding.ASCII.GetBytes($$"""{"type":"any","data":"{{Convert.ToBase64String(input.Payload)}}"}""");
            byte[] envelope = EnvelopeWriter.Seal(
                input.Sender, input.Conversation, input.Message, input.Created, recipients, payload, signer);
            byte[] base64 = Encoding.ASCII.GetBytes(Convert.ToBase64String(envelope));

            for (int i = 0; i < recipients.Length; i++)
            {
                EnvelopeResult result = Reading.Open(
                    base64, input.Conversation, input.Sender, [signer.PublicKey], recipients[i].Id, keys[i]);
                Assert.Equal(EnvelopeOutcome.Opened, result.Outcome);
                OpenedEnvelope opened = result.Envelope!;
                Assert.Equal(payload, opened.PayloadJson.Span);
                Assert.Equal(
                    (input.Sender, input.Conversation, input.Message, input.Created),
                    (opened.SenderId, opened.ConversationId, opened.MessageId, opened.CreatedUnixMilliseconds));
            }
        }));
    }

    [Fact]
    public void What_is_signed_verifies_with_the_same_secret_and_no_other()
    {
        Arbitrary<(byte[] Secret, byte[] Other, string DeliveryId, byte[] Body, long Timestamp)> inputs = Arb.From(
            from secret in ArbMap.Default.GeneratorFor<byte>().ArrayOf(16)
            from other in ArbMap.Default.GeneratorFor<byte>().ArrayOf(16)
            from deliveryId in Ids.Generator
            from body in ArbMap.Default.GeneratorFor<byte[]>()
            from timestamp in Gen.Choose(0, int.MaxValue)
            where !secret.AsSpan().SequenceEqual(other)
            select (secret, other, deliveryId, body, (long)timestamp));

        Check.One(Configuration, Prop.ForAll(inputs, static input =>
        {
            byte[] signature = Encoding.ASCII.GetBytes(WebhookSignature.Sign(input.Secret, input.Timestamp, input.DeliveryId, input.Body));
            byte[] digits = Encoding.ASCII.GetBytes(input.Timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (!WebhookHeaders.TryParse(
                signature, digits, Encoding.UTF8.GetBytes(input.DeliveryId), "agent"u8, out WebhookHeaders headers, out string? malformed))
            {
                Assert.Equal(WebhookHeaders.DeliveryIdName, malformed);
                return;
            }

            Assert.Equal(WebhookOutcome.Accepted, Verify(input.Secret, headers, input.Body, input.Timestamp));
            Assert.Equal(WebhookOutcome.InvalidSignature, Verify(input.Other, headers, input.Body, input.Timestamp));
            Assert.Equal(WebhookOutcome.InvalidSignature, Verify(input.Secret, headers, [.. input.Body, 0], input.Timestamp));
        }));

        static WebhookOutcome Verify(byte[] secret, WebhookHeaders headers, byte[] body, long now)
        {
            byte[] base64 = Encoding.ASCII.GetBytes(Convert.ToBase64String(secret));
            Assert.True(WebhookVerifier.TryCreate(base64, WebhookSecretEncoding.Base64, out WebhookVerifier? verifier, out _));
            using (verifier)
            {
                return verifier.Verify(headers, body, now);
            }
        }
    }

    [Fact]
    public void A_queued_delivery_is_read_as_it_was_written_and_is_JSON_to_others_too()
    {
        Arbitrary<(string DeliveryId, string Text, int Milliseconds)> inputs = Arb.From(
            from deliveryId in Ids.Generator
            from text in Texts.Generator
            from milliseconds in Gen.Choose(0, int.MaxValue)
            where IsTransportable(deliveryId) && IsTransportable(text)
            select (deliveryId, text, milliseconds));

        Check.One(Configuration, Prop.ForAll(inputs, static input =>
        {
            string eventJson = $"{{ \"text\":\"{JsonEncodedText.Encode(input.Text)}\" }}";
            long received = input.Milliseconds * 1000L;
            string written = QueuedDeliveryTests.Write(input.DeliveryId, received, eventJson);

            Assert.True(QueuedDeliveryTests.TryRead(written, out QueuedDelivery read, out _));
            Assert.Equal((input.DeliveryId, received), (read.DeliveryId, read.ReceivedUnixMilliseconds));
            Assert.Equal(eventJson, Encoding.UTF8.GetString(read.Event.Span));
            using JsonDocument document = JsonDocument.Parse(written);
            Assert.Equal(input.DeliveryId, document.RootElement.Text("delivery_id"));
            Assert.Equal(received, document.RootElement.GetProperty("received_at").GetDateTimeOffset().ToUnixTimeMilliseconds());
            Assert.Equal(input.Text, document.RootElement.GetProperty("event").Text("text"));
        }));
    }

    [Fact]
    public void The_parts_of_a_reply_are_short_enough_whole_characters_and_joined_the_reply()
    {
        // Long texts of few different pieces, so that breaks and surrogate pairs fall on every kind of place.
        Arbitrary<(int Seed, int Length)> inputs = Arb.From(
            from seed in Gen.Choose(0, int.MaxValue)
            from length in Gen.Choose(0, 350_000)
            select (seed, length));

        Check.One(Configuration.WithMaxTest(60), Prop.ForAll(inputs, static input =>
        {
            string text = MakeText(input.Seed, input.Length);
            IReadOnlyList<string> parts = ReplyParts.Split(text);

            Assert.Equal(text, string.Concat(parts));
            Assert.All(parts, static part => Assert.InRange(part.Length, 0, ReplyParts.MaxLength));
            Assert.All(parts, static part => Assert.True(IsUnicode(part)));
            Assert.All(parts.SkipLast(1), static part => Assert.InRange(part.Length, ReplyParts.MaxLength / 2 + 1, ReplyParts.MaxLength));
        }));
    }

    private static string MakeText(int seed, int length)
    {
        string[] pieces = ["👋", "x", "密", "👋👋👋", " ", "\n", "\r\n\r\n"];
        Random random = new(seed);
        int kinds = random.Next(1, pieces.Length + 1);
        StringBuilder text = new();
        while (text.Length < length)
        {
            text.Append(pieces[random.Next(kinds)]);
            for (int run = random.Next(random.Next(2) == 0 ? 2 : 40_000); run > 0 && text.Length < length; run--)
            {
                text.Append(pieces[run % 3]);
            }
        }

        return text.ToString();
    }

    private static bool IsTransportable(string text) => !text.Contains('\uFFFE') && !text.Contains('\uFFFF');

    private static bool IsUnicode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
