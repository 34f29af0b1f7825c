using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Tests.Sqs;

public sealed class MessageRulesTests
{
    private readonly SqsQueue _fifo = Queues.Fifo(TimeProvider.System);
    private readonly SqsQueue _standard = Queues.Standard(TimeProvider.System);

    [Fact]
    public void An_empty_body_is_refused() =>
        Assert.Equal("MissingParameter", Refusal(_standard, new OutgoingMessage(string.Empty)).Code);

    [Theory]
    [InlineData("a\u0000b")]
    [InlineData("a\u0008b")]
    [InlineData("a\u000Bb")]
    [InlineData("a\uFFFEb")]
    [InlineData("a\uFFFFb")]
    public void Characters_that_xml_does_not_know_are_refused(string body) =>
        Assert.Equal("InvalidMessageContents", Refusal(_standard, new OutgoingMessage(body)).Code);

    [Theory]
    [InlineData("\t\n\r")]
    [InlineData("\uD7FF\uE000\uFFFD")]
    [InlineData("\U0001F600")]
    public void Characters_that_xml_knows_are_taken(string body)
    {
        _standard.Send(new OutgoingMessage(body));

        Assert.Equal([body], _standard.ReceiveBodies());
    }

    [Fact]
    public void A_message_of_exactly_the_maximum_size_is_taken_attributes_included()
    {
        Dictionary<string, MessageAttribute> attributes = new() { ["name"] = MessageAttribute.FromString("value") };
        int counted = "name".Length + "String".Length + "value".Length;

        _standard.Send(new OutgoingMessage(new string('x', 1_048_576 - counted)) { Attributes = attributes });

        Assert.Equal(1, _standard.Counts.Total);
    }

    [Fact]
    public void A_message_one_byte_over_the_maximum_size_is_refused()
    {
        SqsException refusal = Refusal(_standard, new OutgoingMessage(new string('x', 1_048_577)));

        Assert.Equal("InvalidParameterValue", refusal.Code);
        Assert.Contains("1048576 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_counts_bytes_not_characters()
    {
        SqsQueue small = Queues.Standard(TimeProvider.System, new QueueSettings { MaximumMessageSize = 1_024 });

        Refusal(small, new OutgoingMessage(new string('ä', 513)));

        small.Send(new OutgoingMessage(new string('ä', 512)));
    }

    [Fact]
    public void A_fifo_queue_needs_a_group()
    {
        SqsException refusal = Refusal(_fifo, new OutgoingMessage("1") { DeduplicationId = "1" });

        Assert.Equal("MissingParameter", refusal.Code);
        Assert.Contains("MessageGroupId", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fifo_queue_needs_a_deduplication_id()
    {
        SqsException refusal = Refusal(_fifo, new OutgoingMessage("1") { GroupId = "a" });

        Assert.Equal("InvalidParameterValue", refusal.Code);
        Assert.Contains("MessageDeduplicationId", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fifo_queue_takes_no_delay_of_a_single_message() => Assert.Equal(
        "InvalidParameterValue",
        Refusal(_fifo, new OutgoingMessage("1") { GroupId = "a", DeduplicationId = "1", Delay = TimeSpan.FromSeconds(1) }).Code);

    [Fact]
    public void A_standard_queue_takes_no_deduplication_id() =>
        Assert.Equal("InvalidParameterValue", Refusal(_standard, new OutgoingMessage("1") { DeduplicationId = "1" }).Code);

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("with\ttab")]
    [InlineData("umlaut-ä")]
    public void Ids_with_other_characters_than_sqs_allows_are_refused(string id)
    {
        Assert.Contains("MessageGroupId", RefusalOfIds(group: id, deduplication: "1"), StringComparison.Ordinal);
        Assert.Contains("MessageDeduplicationId", RefusalOfIds(group: "a", deduplication: id), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_have_128_characters_at_most()
    {
        _fifo.Send(new string('g', 128), "1", new string('d', 128));

        Assert.Contains("MessageGroupId", RefusalOfIds(group: new string('g', 129), deduplication: "1"), StringComparison.Ordinal);
        Assert.Contains("MessageDeduplicationId", RefusalOfIds(group: "a", deduplication: new string('d', 129)), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_may_have_every_punctuation_character_of_ascii()
    {
        const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

        _fifo.Send(Punctuation, "body", Punctuation);

        Assert.Equal(Punctuation, _fifo.ReceiveOne().GroupId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AWS.name")]
    [InlineData("amazon.name")]
    [InlineData(".name")]
    [InlineData("name.")]
    [InlineData("na..me")]
    [InlineData("na me")]
    public void Attribute_names_that_sqs_does_not_allow_are_refused(string name) =>
        Assert.Equal("InvalidParameterValue", RefusalOfAttribute(name, MessageAttribute.FromString("value")).Code);

    [Theory]
    [InlineData("String", "")]
    [InlineData("Text", "value")]
    [InlineData("Number", "twelve")]
    [InlineData("Binary", "not binary")]
    public void Attribute_values_that_do_not_fit_their_type_are_refused(string type, string value) =>
        Assert.Equal("InvalidParameterValue", RefusalOfAttribute("name", new MessageAttribute(type, value, null)).Code);

    [Fact]
    public void Characters_that_xml_does_not_know_are_refused_in_attributes_too() =>
        Assert.Equal("InvalidMessageContents", RefusalOfAttribute("name", MessageAttribute.FromString("\u0001")).Code);

    [Fact]
    public void A_message_has_ten_attributes_at_most()
    {
        Dictionary<string, MessageAttribute> attributes =
            Enumerable.Range(0, 11).ToDictionary(static i => $"name{i}", static _ => MessageAttribute.FromString("value"));

        Assert.Equal("InvalidParameterValue", Refusal(_standard, new OutgoingMessage("1") { Attributes = attributes }).Code);
    }

    private static SqsException Refusal(SqsQueue queue, OutgoingMessage message)
    {
        SqsException refusal = Assert.Throws<SqsException>(() => queue.Send(message));
        Assert.Equal(0, queue.Counts.Total);
        return refusal;
    }

    private string RefusalOfIds(string group, string deduplication) => Assert.Throws<SqsException>(() =>
        _fifo.Send(new OutgoingMessage("1") { GroupId = group, DeduplicationId = deduplication })).Message;

    private SqsException RefusalOfAttribute(string name, MessageAttribute attribute) => Refusal(
        _standard, new OutgoingMessage("1") { Attributes = new Dictionary<string, MessageAttribute> { [name] = attribute } });
}
