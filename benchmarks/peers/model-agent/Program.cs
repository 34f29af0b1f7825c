using System.Buffers;
using System.Text.Json;
using Hashee.Agents;
using Hashee.Host;
using Hashee.Lambda;

// This project's model agent on its own loop, for events that are a message: what the peer meai-openai does, with the same tool on offer.

return LambdaRuntime.Run(static () =>
{
    Configuration settings = new();
    ModelAgent agent = ModelAgent.Create(settings);
    settings.ThrowIfInvalid();
    agent.Connect(TimeSpan.FromSeconds(1));
    return (payload, context, response) => Answer(agent, payload, response);
});

static void Answer(ModelAgent agent, ReadOnlySpan<byte> payload, IBufferWriter<byte> response)
{
    Utf8JsonReader question = new(payload);
    string? text = null;
    while (question.Read())
    {
        if (question.TokenType == JsonTokenType.PropertyName && question.ValueTextEquals("message"u8))
        {
            question.Read();
            text = question.GetString();
        }
    }

    string? answer = agent.ReplyAsync(new Message { Text = text }, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    using Utf8JsonWriter json = new(response);
    json.WriteStartObject();
    json.WriteString("message"u8, answer);
    json.WriteEndObject();
}
