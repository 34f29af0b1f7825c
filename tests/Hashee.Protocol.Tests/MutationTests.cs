using System.Text;

namespace Hashee.Protocol.Tests;

// Good input with faults put in, from fixed seeds: every outcome is one that has a name, and nothing throws.
public sealed class MutationTests : IDisposable
{
    private static readonly byte[] Event = Encoding.UTF8.GetBytes(
        """{"type":"message.new","version":"v1","wire_envelope":"SFNF\/MQ==","metadata":{"conversation_id":"01HZ\ud83d\udc4bC","sender_id":"密钥","created_at":"2026-05-15T10:24:11.123Z"},"more":[1.5e3,null,true]}""");

    private static readonly byte[] PayloadJson = [.. """{"type":"text","text":"hello"}"""u8];

    private readonly Ed25519PrivateKey _senderKey = Ed25519PrivateKey.Import(new byte[32]);
    private readonly X25519PrivateKey _agentKey = X25519PrivateKey.Generate();

    public void Dispose()
    {
        _senderKey.Dispose();
        _agentKey.Dispose();
    }

    [Fact]
    public void A_mutated_envelope_never_opens()
    {
        byte[] envelope = Seal();
        Dictionary<EnvelopeOutcome, int> outcomes = [];
        foreach (byte[] mutant in Mutate(envelope, seed: 1, count: 10_000))
        {
            if (mutant.AsSpan().SequenceEqual(envelope))
            {
                continue;
            }

            EnvelopeResult result = Open(Base64(mutant));
            outcomes[result.Outcome] = outcomes.GetValueOrDefault(result.Outcome) + 1;
            Assert.False(result.IsOpened);
        }

        Assert.Equal(
            [EnvelopeOutcome.UnsupportedVersion, EnvelopeOutcome.Malformed, EnvelopeOutcome.MetadataMismatch, EnvelopeOutcome.BadSignature],
            outcomes.Keys.Order());
        Assert.All(outcomes.Values, static count => Assert.InRange(count, 10, 10_000));
    }

    [Fact]
    public void A_mutated_envelope_signed_by_its_sender_opens_only_where_all_that_matters_is_whole()
    {
        byte[] envelope = Seal();
        Dictionary<EnvelopeOutcome, int> outcomes = [];
        foreach (byte[] mutant in Mutate(envelope, seed: 2, count: 4_000))
        {
            EnvelopeResult result = Open(Base64(SignAgain(mutant)));
            outcomes[result.Outcome] = outcomes.GetValueOrDefault(result.Outcome) + 1;
            if (result.IsOpened)
            {
                Assert.Equal(PayloadJson, result.Envelope.PayloadJson.Span);
            }
        }

        Assert.Equal(
            [
                EnvelopeOutcome.Opened, EnvelopeOutcome.UnsupportedVersion, EnvelopeOutcome.Malformed, EnvelopeOutcome.MetadataMismatch,
                EnvelopeOutcome.NotARecipient, EnvelopeOutcome.CannotDecrypt,
            ],
            outcomes.Keys.Order());
    }

    [Fact]
    public void A_mutated_base64_text_is_an_envelope_or_is_refused()
    {
        byte[] base64 = Base64(Seal());
        foreach (byte[] mutant in Mutate(base64, seed: 3, count: 10_000))
        {
            EnvelopeResult result = Open(mutant);

            Assert.True(result.IsOpened == mutant.AsSpan().SequenceEqual(base64), result.Outcome.Name());
        }
    }

    [Fact]
    public void A_mutated_event_is_read_or_has_a_problem_with_a_name()
    {
        HashSet<string> problems = [];
        int read = 0;
        foreach (byte[] mutant in Mutate(Event, seed: 4, count: 20_000))
        {
            if (WebhookEvent.TryRead(mutant, out WebhookEvent found, out string? problem))
            {
                Assert.NotEmpty(found.Type);
                Assert.True(!found.IsMessage || (found.ConversationId.Length > 0 && found.SenderId.Length > 0));
                EnvelopeOutcome outcome = Open(found.GetWireEnvelope(mutant).ToArray()).Outcome;
                Assert.Contains(outcome, (EnvelopeOutcome[])[EnvelopeOutcome.Malformed, EnvelopeOutcome.UnsupportedVersion]);
                read++;
            }
            else
            {
                problems.Add(problem);
            }
        }

        Assert.InRange(read, 1_000, 19_000);
        Assert.Equal(6, problems.Count);
    }

    [Fact]
    public void A_mutated_queue_message_is_read_or_has_a_problem_with_a_name()
    {
        byte[] body = Encoding.UTF8.GetBytes(QueuedDeliveryTests.Write("01HZ\"X9T3K8", 1_778_840_651_123, Encoding.UTF8.GetString(Event)));
        HashSet<string> problems = [];
        int read = 0;
        foreach (byte[] mutant in Mutate(body, seed: 5, count: 10_000))
        {
            if (QueuedDelivery.TryRead(mutant, out QueuedDelivery delivery, out string? problem))
            {
                Assert.Equal((byte)'{', delivery.Event.Span[0]);
                Assert.Equal((byte)'}', delivery.Event.Span[^1]);
                read++;
            }
            else
            {
                problems.Add(problem);
            }
        }

        Assert.InRange(read, 500, 9_500);
        Assert.Equal(4, problems.Count);
    }

    [Fact]
    public void A_mutated_payload_is_read_or_is_malformed()
    {
        byte[] json = Encoding.UTF8.GetBytes("""{"type":"text","text":"a\ud83d\udc4b\n密","markdown":true,"x":{"y":[1,"\u0000"]}}""");
        HashSet<Type?> types = [];
        foreach (byte[] mutant in Mutate(json, seed: 6, count: 10_000))
        {
            types.Add(Payload.TryRead(mutant, out Payload? payload) ? payload.GetType() : null);
        }

        Assert.Equal([null, typeof(TextPayload), typeof(UnknownPayload)], types.OrderBy(static type => type?.Name));
    }

    [Fact]
    public void Mutated_header_values_are_well_formed_or_named()
    {
        string[] texts = ["00112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100", "1763600000", "密-1", "agent"];
        byte[][] values = [.. texts.Select(Encoding.UTF8.GetBytes)];
        Assert.True(WebhookVerifier.TryCreate("0123456789abcdef"u8, WebhookSecretEncoding.Utf8, out WebhookVerifier? verifier, out _));
        HashSet<string> outcomes = [];
        for (int i = 0; i < values.Length; i++)
        {
            byte[] original = values[i];
            foreach (byte[] mutant in Mutate(original, seed: 7 + i, count: 3_000))
            {
                values[i] = mutant;
                bool parsed = WebhookHeaders.TryParse(
                    values[0], values[1], values[2], values[3], out WebhookHeaders headers, out string? malformed);
                outcomes.Add(parsed ? verifier.Verify(headers, [], 1_763_600_000).ToString() : malformed!);
            }

            values[i] = original;
        }

        verifier.Dispose();

        Assert.Equal(
            ["InvalidSignature", "StaleTimestamp", "X-Hashee-Agent-Id", "X-Hashee-Delivery-Id", "X-Hashee-Signature", "X-Hashee-Timestamp"],
            outcomes.Order(StringComparer.Ordinal));
    }

    private EnvelopeResult Open(byte[] base64) => Reading.Open(base64, "c", "s", [_senderKey.PublicKey], "agent", _agentKey);

    private byte[] Seal() =>
        EnvelopeWriter.Seal(
            "s", "c", "m", 1, [new Recipient("agent", _agentKey.PublicKey), new Recipient("x", _agentKey.PublicKey)],
            PayloadJson, _senderKey);

    private byte[] SignAgain(byte[] envelope)
    {
        byte[] unsigned = envelope.Length < 64 ? envelope : envelope[..^64];
        byte[] signature = new byte[64];
        _senderKey.Sign([.. "hashee-envelope-v1\0"u8, .. unsigned], signature);
        return [.. unsigned, .. signature];
    }

    private static byte[] Base64(byte[] bytes) => Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes));

    // Bits flipped, bytes replaced, removed, inserted and repeated, the end cut off or something added to it: one fault or a few.
    private static IEnumerable<byte[]> Mutate(byte[] original, int seed, int count)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
        {
            List<byte> bytes = [.. original];
            for (int faults = random.Next(1, 4); faults > 0 && bytes.Count > 0; faults--)
            {
                int index = random.Next(bytes.Count);
                int length = Math.Min(random.Next(1, 9), bytes.Count - index);
                switch (random.Next(8))
                {
                    case 0:
                        bytes.RemoveRange(index, bytes.Count - index);
                        break;
                    case 1:
                        bytes.RemoveRange(index, length);
                        break;
                    case 2:
                        bytes.InsertRange(index, bytes.GetRange(index, length));
                        break;
                    case 3:
                        bytes.Add((byte)random.Next(256));
                        break;
                    case 4:
                        bytes.Insert(index, (byte)random.Next(256));
                        break;
                    case 5:
                        bytes[index] = (byte)random.Next(32, 127);
                        break;
                    default:
                        bytes[index] ^= (byte)(1 << random.Next(8));
                        break;
                }
            }

            yield return [.. bytes];
        }
    }
}
