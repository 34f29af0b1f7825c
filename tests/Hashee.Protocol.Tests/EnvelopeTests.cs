using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Hashee.Protocol.Tests;

public sealed class EnvelopeTests : IDisposable
{
    private const string Sender = "01HZUSER";
    private const string Conversation = "01HZCONVERSATION";
    private const string MessageId = "01HZMSG";
    private const string Agent = "agent";
    private const long Created = 1_763_600_000_123;

    private static readonly byte[] PayloadJson = [.. """{"type":"text","text":"hello"}"""u8];

    private readonly Ed25519PrivateKey _senderKey = Ed25519PrivateKey.Generate();
    private readonly X25519PrivateKey _agentKey = X25519PrivateKey.Generate();

    public void Dispose()
    {
        _senderKey.Dispose();
        _agentKey.Dispose();
    }

    [Fact]
    public void What_is_written_has_the_documented_layout_byte_for_byte()
    {
        byte[] envelope = Seal(new Recipient("other", X25519PrivateKey.Generate().PublicKey), new Recipient(Agent, _agentKey.PublicKey));

        // Nothing of the product's reader or writer is used from here on, save the HPKE that RFC 9180's vectors check.
        int position = 0;
        Assert.Equal("HSE1", Encoding.UTF8.GetString(Take(4)));
        Assert.Equal(Sender, TakeText());
        Assert.Equal(Conversation, TakeText());
        Assert.Equal(MessageId, TakeText());
        Assert.Equal(Created, BinaryPrimitives.ReadInt64BigEndian(Take(8)));
        byte[] nonce = Take(12);
        byte[] header = envelope[..position];
        Assert.Equal(2, BinaryPrimitives.ReadUInt16BigEndian(Take(2)));
        Assert.Equal("other", TakeText());
        Take(32 + 48);
        Assert.Equal(Agent, TakeText());
        byte[] encapsulatedKey = Take(32);
        byte[] wrappedKey = Take(48);
        byte[] ciphertext = Take((int)BinaryPrimitives.ReadUInt32BigEndian(Take(4)));
        byte[] signedBytes = [.. "hashee-envelope-v1\0"u8, .. envelope[..position]];
        byte[] signature = Take(64);
        Assert.Equal(envelope.Length, position);

        byte[] contentKey = new byte[32];
        byte[] info = [.. "hashee-envelope-v1\0"u8, .. header, .. Encoding.UTF8.GetBytes(Agent)];
        Assert.True(Hpke.TryOpen(new PlatformAes256Gcm(), _agentKey, encapsulatedKey, info, [], wrappedKey, contentKey));
        byte[] payload = new byte[ciphertext.Length - 16];
        using AesGcm aes = new(contentKey, 16);
        aes.Decrypt(nonce, ciphertext[..^16], ciphertext[^16..], payload, header);
        Assert.Equal(PayloadJson, payload);
        Assert.True(_senderKey.PublicKey.Verify(signedBytes, signature));

        byte[] Take(int length)
        {
            position += length;
            return envelope[(position - length)..position];
        }

        string TakeText() => Encoding.UTF8.GetString(Take(Take(1)[0]));
    }

    [Fact]
    public void What_is_written_opens()
    {
        Assert.Equal(EnvelopeOutcome.Opened, Open(Seal(), out byte[]? payload));
        Assert.Equal(PayloadJson, payload);
    }

    [Fact]
    public void Every_envelope_has_a_nonce_and_a_content_key_of_its_own()
    {
        byte[] first = Seal();
        byte[] second = Seal();
        int nonce = 4 + 1 + Sender.Length + 1 + Conversation.Length + 1 + MessageId.Length + 8;

        Assert.Equal(first[..nonce], second[..nonce]);
        Assert.NotEqual(first[nonce..(nonce + 12)], second[nonce..(nonce + 12)]);
        Assert.NotEqual(Unwrap(first), Unwrap(second));
        Assert.All([Unwrap(first), Unwrap(second)], static key => Assert.Contains(key, static value => value != 0));

        byte[] Unwrap(byte[] envelope)
        {
            byte[] info = [.. "hashee-envelope-v1\0"u8, .. envelope[..(nonce + 12)], .. Encoding.UTF8.GetBytes(Agent)];
            int entry = nonce + 12 + 2 + 1 + Agent.Length;
            byte[] contentKey = new byte[32];
            Assert.True(Hpke.TryOpen(
                Aead.Aes256Gcm, _agentKey, envelope.AsSpan(entry, 32), info, [], envelope.AsSpan(entry + 32, 48), contentKey));
            return contentKey;
        }
    }

    [Fact]
    public void The_smallest_payload_and_ids_of_255_bytes_are_carried()
    {
        string longest = new string('x', 251) + "👋";
        byte[] envelope = EnvelopeWriter.Seal(
            longest, longest, longest, long.MinValue, [new Recipient(longest, _agentKey.PublicKey)], "{}"u8, _senderKey);

        EnvelopeResult result = Reading.Open(Base64(envelope), longest, longest, [_senderKey.PublicKey], longest, _agentKey);

        Assert.True(result.IsOpened);
        Assert.Equal("{}"u8, result.Envelope.PayloadJson.Span);
        Assert.Equal((longest, longest), (result.Envelope.SenderId, result.Envelope.ConversationId));
        Assert.Equal((longest, long.MinValue), (result.Envelope.MessageId, result.Envelope.CreatedUnixMilliseconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("256 bytes")]
    [InlineData("lone surrogate")]
    public void An_id_that_no_envelope_can_carry_is_an_argument_error(string? id)
    {
        string bad = MakeId(id)!;
        Recipient good = new(Agent, _agentKey.PublicKey);

        Assert.Throws<ArgumentException>("senderId", () => EnvelopeWriter.Seal(bad, "c", "m", 0, [good], [], _senderKey));
        Assert.Throws<ArgumentException>("conversationId", () => EnvelopeWriter.Seal("s", bad, "m", 0, [good], [], _senderKey));
        Assert.Throws<ArgumentException>("messageId", () => EnvelopeWriter.Seal("s", "c", bad, 0, [good], [], _senderKey));
        Assert.Throws<ArgumentException>(
            "recipients", () => EnvelopeWriter.Seal("s", "c", "m", 0, [good, new Recipient(bad, _agentKey.PublicKey)], [], _senderKey));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_536)]
    public void There_are_1_to_65_535_recipients(int count)
    {
        Recipient[] recipients = [.. Enumerable.Repeat(new Recipient(Agent, _agentKey.PublicKey), count)];

        Assert.Throws<ArgumentException>("recipients", () => EnvelopeWriter.Seal("s", "c", "m", 0, recipients, [], _senderKey));
    }

    [Fact]
    public void Every_device_of_a_user_opens_the_entry_that_is_its_own()
    {
        using X25519PrivateKey second = X25519PrivateKey.Generate();
        using X25519PrivateKey third = X25519PrivateKey.Generate();
        byte[] envelope = Seal(
            new Recipient(Agent, _agentKey.PublicKey), new Recipient("other", second.PublicKey), new Recipient(Agent, third.PublicKey));

        Assert.Equal(EnvelopeOutcome.Opened, Open(envelope, out _));
        Assert.Equal(EnvelopeOutcome.Opened, Open(envelope, out _, key: third));
        Assert.Equal(EnvelopeOutcome.CannotDecrypt, Open(envelope, out _, key: second));
        Assert.Equal(EnvelopeOutcome.Opened, Open(envelope, out _, key: second, recipient: "other"));
    }

    [Fact]
    public void An_entry_cannot_be_moved_to_another_recipient()
    {
        byte[] envelope = Seal(new Recipient("agena", _agentKey.PublicKey));
        int id = envelope.AsSpan().IndexOf("agena"u8);
        envelope[id + 4] = (byte)'t';

        Assert.Equal(EnvelopeOutcome.CannotDecrypt, Open(SignAgain(envelope), out _));
    }

    [Fact]
    public void A_sealed_body_cannot_be_moved_to_another_header()
    {
        byte[] envelope = Seal();
        int id = envelope.AsSpan().IndexOf(Encoding.ASCII.GetBytes(MessageId));
        envelope[id] = (byte)'9';

        Assert.Equal(EnvelopeOutcome.CannotDecrypt, Open(SignAgain(envelope), out _));
    }

    [Fact]
    public void Any_of_the_senders_devices_may_have_signed()
    {
        using Ed25519PrivateKey other = Ed25519PrivateKey.Generate();
        byte[] envelope = Seal();

        Assert.Equal(EnvelopeOutcome.Opened, Open(envelope, out _, [other.PublicKey, _senderKey.PublicKey]));
        Assert.Equal(EnvelopeOutcome.BadSignature, Open(envelope, out _, [other.PublicKey]));
    }

    [Fact]
    public void The_first_check_that_fails_decides()
    {
        // One envelope with every fault at once; each line repairs what the line before has found.
        using Ed25519PrivateKey stranger = Ed25519PrivateKey.Generate();
        using X25519PrivateKey notOurs = X25519PrivateKey.Generate();
        byte[] good = EnvelopeWriter.Seal(
            Sender, Conversation, MessageId, Created, [new Recipient(Agent, notOurs.PublicKey)], "no JSON"u8, _senderKey);
        byte[] anotherVersion = [.. "HSE2"u8, .. good[4..^1]];
        byte[] truncated = good[..^1];

        Assert.Equal(EnvelopeOutcome.UnsupportedVersion, Open(anotherVersion, out _, [], "nobody", "nowhere", "no one"));
        Assert.Equal(EnvelopeOutcome.Malformed, Open(truncated, out _, [], "nobody", "nowhere", "no one"));
        Assert.Equal(EnvelopeOutcome.MetadataMismatch, Open(good, out _, [], "nobody", sender: "no one"));
        Assert.Equal(EnvelopeOutcome.MetadataMismatch, Open(good, out _, [], "nobody", conversation: "nowhere"));
        Assert.Equal(EnvelopeOutcome.UnknownSender, Open(good, out _, [], "nobody"));
        Assert.Equal(EnvelopeOutcome.BadSignature, Open(good, out _, [stranger.PublicKey], "nobody"));
        Assert.Equal(EnvelopeOutcome.NotARecipient, Open(good, out _, recipient: "nobody"));
        Assert.Equal(EnvelopeOutcome.CannotDecrypt, Open(good, out _));
        Assert.Equal(EnvelopeOutcome.MalformedPayload, Open(good, out _, key: notOurs));
        Assert.Equal(EnvelopeOutcome.Opened, Open(Seal(new Recipient(Agent, notOurs.PublicKey)), out _, key: notOurs));
    }

    [Theory]
    [InlineData("", EnvelopeOutcome.Malformed)]
    [InlineData("SFNF", EnvelopeOutcome.Malformed)]
    [InlineData("SFNFMQ==", EnvelopeOutcome.Malformed)]
    [InlineData("SFNFMg==", EnvelopeOutcome.UnsupportedVersion)]
    [InlineData("aHNlMQ==", EnvelopeOutcome.UnsupportedVersion)]
    [InlineData("SFNFMg=", EnvelopeOutcome.Malformed)]
    [InlineData("SFNFMg", EnvelopeOutcome.Malformed)]
    [InlineData("SFNFMh==", EnvelopeOutcome.Malformed)]
    [InlineData("SFNF Mg==", EnvelopeOutcome.Malformed)]
    [InlineData("SFNFMg==\n\n\n\n", EnvelopeOutcome.Malformed)]
    [InlineData("S-NF", EnvelopeOutcome.Malformed)]
    [InlineData("\ufeff", EnvelopeOutcome.Malformed)]
    public void What_is_no_envelope_says_why(string base64, EnvelopeOutcome refusal)
    {
        EnvelopeResult result = Reading.Open(Encoding.UTF8.GetBytes(base64), Conversation, Sender, [_senderKey.PublicKey], Agent, _agentKey);

        Assert.Equal(refusal, result.Outcome);
        Assert.False(result.IsOpened);
    }

    [Fact]
    public void White_space_in_the_base64_of_a_good_envelope_is_malformed()
    {
        byte[] base64 = Base64(Seal());
        for (int i = 0; i < base64.Length; i += 7)
        {
            byte[] spaced = [.. base64[..i], .. "\r\n\t "u8, .. base64[i..]];

            Assert.Equal(
                EnvelopeOutcome.Malformed,
                Reading.Open(spaced, Conversation, Sender, [_senderKey.PublicKey], Agent, _agentKey).Outcome);
        }
    }

    [Fact]
    public void Every_truncation_and_one_trailing_byte_are_malformed()
    {
        byte[] envelope = Seal();
        for (int length = 0; length < envelope.Length; length++)
        {
            AssertMalformed(envelope[..length]);
        }

        AssertMalformed([.. envelope, 0]);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(4 + 1 + 8)]
    [InlineData(4 + 1 + 8 + 1 + 16)]
    public void A_text_is_neither_empty_nor_anything_but_UTF_8(int lengthPosition)
    {
        byte[] empty = Seal();
        byte[] invalid = [.. empty];
        int length = empty[lengthPosition];
        empty[lengthPosition] = 0;
        invalid[lengthPosition + 1] = 0xFF;

        AssertMalformed([.. empty[..(lengthPosition + 1)], .. empty[(lengthPosition + 1 + length)..]]);
        AssertMalformed(invalid);
    }

    [Fact]
    public void A_recipient_id_that_is_not_UTF_8_is_malformed()
    {
        byte[] envelope = Seal();
        envelope[envelope.AsSpan().IndexOf("agent"u8)] = 0xFF;

        AssertMalformed(envelope);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(15u)]
    [InlineData(47u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0x80000000u)]
    [InlineData(0xFFFFFFFFu)]
    public void A_body_length_that_does_not_fit_is_malformed(uint length)
    {
        byte[] envelope = Seal();
        int bodyLength = PayloadJson.Length + 16;
        BinaryPrimitives.WriteUInt32BigEndian(envelope.AsSpan(envelope.Length - 64 - bodyLength - 4), length);

        AssertMalformed(envelope);
    }

    [Fact]
    public void A_body_shorter_than_a_tag_is_malformed_even_where_the_lengths_agree()
    {
        byte[] envelope = Seal();
        int body = envelope.Length - 64 - (PayloadJson.Length + 16);
        byte[] shortened = [.. envelope[..body], .. envelope[^(64 + 15)..]];
        BinaryPrimitives.WriteUInt32BigEndian(shortened.AsSpan(body - 4), 15);

        AssertMalformed(shortened);
    }

    [Fact]
    public void No_recipient_at_all_is_not_a_recipient()
    {
        byte[] envelope = Seal();
        int count = 4 + 1 + Sender.Length + 1 + Conversation.Length + 1 + MessageId.Length + 8 + 12;
        byte[] without = [.. envelope[..count], 0, 0, .. envelope[(count + 2 + 1 + Agent.Length + 80)..]];

        Assert.Equal(EnvelopeOutcome.NotARecipient, Open(SignAgain(without), out _));
    }

    [Fact]
    public void The_most_recipients_that_fit_are_read()
    {
        byte[] envelope = Seal();
        int count = 4 + 1 + Sender.Length + 1 + Conversation.Length + 1 + MessageId.Length + 8 + 12;
        byte[] entry = [1, (byte)'x', .. new byte[80]];
        IEnumerable<byte> others = Enumerable.Repeat(entry, 65_534).SelectMany(static bytes => bytes);
        byte[] many = [.. envelope[..count], 0xFF, 0xFF, .. others, .. envelope[(count + 2)..]];

        Assert.Equal(EnvelopeOutcome.Opened, Open(SignAgain(many), out byte[]? payload));
        Assert.Equal(PayloadJson, payload);
    }

    [Fact]
    public void An_entry_whose_key_is_of_low_order_is_passed_over()
    {
        byte[] envelope = Seal();
        int count = 4 + 1 + Sender.Length + 1 + Conversation.Length + 1 + MessageId.Length + 8 + 12;
        byte[] entry = [(byte)Agent.Length, .. Encoding.ASCII.GetBytes(Agent), .. new byte[80]];
        byte[] both = [.. envelope[..count], 0, 2, .. entry, .. envelope[(count + 2)..]];

        Assert.Equal(EnvelopeOutcome.Opened, Open(SignAgain(both), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("lone surrogate")]
    [InlineData("256 bytes")]
    public void A_reader_with_an_id_that_no_envelope_can_carry_is_not_a_recipient(string id)
    {
        string recipient = MakeId(id)!;

        Assert.Equal(EnvelopeOutcome.NotARecipient, Open(Seal(), out _, recipient: recipient));
        Assert.Equal(EnvelopeOutcome.MetadataMismatch, Open(Seal(), out _, conversation: recipient));
    }

    [Fact]
    public void Until_the_signature_holds_nothing_is_allocated_that_grows_with_the_envelope()
    {
        byte[] base64 = Base64(EnvelopeWriter.Seal(
            Sender, Conversation, MessageId, Created, [new Recipient(Agent, _agentKey.PublicKey)], new byte[700_000], _senderKey));
        using Ed25519PrivateKey stranger = Ed25519PrivateKey.Generate();
        EnvelopeOutcome outcome = default;
        long allocated = Allocations.Measure(() =>
            outcome = Reading.Open(base64, Conversation, Sender, [stranger.PublicKey], Agent, _agentKey).Outcome);

        Assert.Equal(EnvelopeOutcome.BadSignature, outcome);
        Assert.InRange(allocated, 1, 1_000);
    }

    [Fact]
    public void A_disposed_envelope_cannot_be_used()
    {
        Assert.True(Envelope.TryParse(Base64(Seal()), out Envelope? envelope, out _));
        envelope.Dispose();
        envelope.Dispose();

        AcceptedEnvelope accepted = AcceptedEnvelope.FromUnverifiedSender(envelope);
        Assert.Throws<ObjectDisposedException>(() => envelope.SenderId);
        Assert.Throws<ObjectDisposedException>(() => AcceptedEnvelope.TryVerify(envelope, [_senderKey.PublicKey], out _));
        Assert.Throws<ObjectDisposedException>(() => accepted.Decrypt(Agent, _agentKey, out _));
    }

    [Fact]
    public void Every_outcome_has_the_name_of_the_protocol()
    {
        Assert.Equal(
            [
                "opened", "unsupported_version", "malformed", "metadata_mismatch", "unknown_sender", "bad_signature", "not_a_recipient",
                "cannot_decrypt", "malformed_payload",
            ],
            Enum.GetValues<EnvelopeOutcome>().Skip(1).Select(static outcome => outcome.Name()));
        Assert.Throws<ArgumentOutOfRangeException>(() => EnvelopeOutcome.Undecided.Name());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((EnvelopeOutcome)99).Name());
    }

    // An attribute cannot hold a lone surrogate.
    private static string? MakeId(string? description) => description switch
    {
        "256 bytes" => new string('x', 252) + "👋",
        "lone surrogate" => "a\ud83d",
        _ => description,
    };

    private byte[] Seal(params Recipient[] recipients) =>
        EnvelopeWriter.Seal(
            Sender, Conversation, MessageId, Created,
            recipients.Length == 0 ? [new Recipient(Agent, _agentKey.PublicKey)] : recipients, PayloadJson, _senderKey);

    private byte[] SignAgain(byte[] envelope)
    {
        byte[] signed = [.. "hashee-envelope-v1\0"u8, .. envelope[..^64]];
        byte[] signature = new byte[64];
        _senderKey.Sign(signed, signature);
        return [.. envelope[..^64], .. signature];
    }

    private EnvelopeOutcome Open(
        byte[] envelope, out byte[]? payload, Ed25519PublicKey[]? senderKeys = null, string recipient = Agent,
        string conversation = Conversation, string sender = Sender, X25519PrivateKey? key = null)
    {
        EnvelopeResult result = Reading.Open(
            Base64(envelope), conversation, sender, senderKeys ?? [_senderKey.PublicKey], recipient, key ?? _agentKey);
        payload = result.Envelope?.PayloadJson.ToArray();
        return result.Outcome;
    }

    private void AssertMalformed(byte[] envelope) => Assert.Equal(EnvelopeOutcome.Malformed, Open(envelope, out _));

    private static byte[] Base64(byte[] bytes) => Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes));
}
