using System.ClientModel;
using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MeaiOpenAIPeer;
using Microsoft.Extensions.AI;
using OpenAI;

// An agent with one tool as most would write it for .NET: Microsoft.Extensions.AI with its loop of tool calls over the OpenAI package, which stand on
// HttpClient.

using HttpClient http = new()
{
    BaseAddress = new Uri($"http://{Setting("AWS_LAMBDA_RUNTIME_API")}/2018-06-01/runtime/"),
    Timeout = Timeout.InfiniteTimeSpan,
};
OpenAIClient openAI = new(new ApiKeyCredential(Setting("OPENAI_API_KEY")), new OpenAIClientOptions { Endpoint = new Uri(Setting("OPENAI_BASE_URL")) });
using IChatClient model = openAI.GetChatClient(Setting("HASHEE_MODEL")["openai:".Length..]).AsIChatClient().AsBuilder().UseFunctionInvocation().Build();
ChatOptions options = new()
{
    Instructions = "You are a helpful assistant.",
    MaxOutputTokens = 4096,
    Tools = [AIFunctionFactory.Create(CurrentTime, "current_time", serializerOptions: PeerJson.Default.Options)],
};

while (true)
{
    using HttpResponseMessage next = await http.GetAsync("invocation/next");
    string id = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
    Question question = JsonSerializer.Deserialize(await next.Content.ReadAsByteArrayAsync(), PeerJson.Default.Question)!;
    ChatResponse answer = await model.GetResponseAsync(question.Message, options);
    using ByteArrayContent response = new(JsonSerializer.SerializeToUtf8Bytes(new Question(answer.Text), PeerJson.Default.Question));
    using HttpResponseMessage taken = await http.PostAsync($"invocation/{id}/response", response);
    taken.EnsureSuccessStatusCode();
}

[Description("Tells the time.")]
static string CurrentTime() => DateTimeOffset.UtcNow.ToString("o", CultureInfo.InvariantCulture);

static string Setting(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"the environment variable {name} is missing");

namespace MeaiOpenAIPeer
{
    internal sealed record Question([property: JsonPropertyName("message")] string Message);

    [JsonSerializable(typeof(Question))]
    [JsonSerializable(typeof(string))]
    internal sealed partial class PeerJson : JsonSerializerContext;
}
