using System.Buffers;
using System.Globalization;
using System.Text;
using Hashee.Aws;
using Hashee.Host;

namespace Hashee.Lambda.Tests.Processes;

/// <summary>The functions that tests run as processes.</summary>
internal static class SampleFunctions
{
    internal const string Secret = "correct-horse-battery-staple";

    internal static int Run(string name) => LambdaRuntime.Run(name switch
    {
        "echo" => static () => static (payload, _, response) => response.Write(payload),
        "heap" => static () => static (_, _, response) =>
            response.Write(Encoding.ASCII.GetBytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes.ToString(CultureInfo.InvariantCulture))),
        "log" => static () => WriteRecords,
        "configuration" => ReadConfiguration,
        "connect-early" => ConnectEarly,
        "stream" => static () => LambdaRuntime.Streaming(StreamingFunction.Answer),
        "fails-to-start" => static () => throw new InvalidOperationException(Secret),
        "fails-in-static-constructor" => static () => FailingType.Handler,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    });

    private static void WriteRecords(ReadOnlySpan<byte> payload, InvocationContext context, IBufferWriter<byte> response)
    {
        string text = Encoding.UTF8.GetString(payload);
        for (LogLevel level = LogLevel.Trace; level <= LogLevel.Fatal; level++)
        {
            Log.Write(level, "A sentence.", new("text", text), new("number", 42), new("absent", null));
        }

        new Metrics("Test").Emit(new Metric("Accepted", 1));
        response.Write("{}"u8);
    }

    private static InvocationHandler ReadConfiguration()
    {
        Configuration configuration = new();
        string name = configuration.Require("NAME");
        int secretLength = configuration.RequireBytes("SECRET").Length;
        string mode = configuration.OneOf("MODE", "plain", "sealed");
        HttpUrl queue = configuration.RequireUrl("QUEUE_URL");
        HttpUrl? other = configuration.OptionalUrl("OTHER_URL");
        HttpUrl fallback = configuration.UrlOrDefault("BASE_URL", "https://api.example/v1");
        AwsSettings settings = AwsSettings.Read(configuration);
        Origin? endpoint = AwsEndpoint.Read(configuration, "AWS_ENDPOINT_URL_SQS");
        configuration.ThrowIfInvalid();
        string answer = string.Join(
            ' ',
            [
                name, $"{secretLength}", mode, queue.Text, other?.Text ?? "none", fallback.Text,
                settings.Region, endpoint?.Authority ?? "none", settings.SessionToken ?? "none",
            ]);
        return (_, _, response) => response.Write(Encoding.UTF8.GetBytes(answer));
    }

    private static InvocationHandler ConnectEarly()
    {
        Configuration configuration = new();
        SqsClient queue = new(AwsSettings.Read(configuration), configuration.RequireUrl("QUEUE_URL"));
        queue.Connect(TimeSpan.FromSeconds(30));
        return static (_, _, response) => response.Write(EnvironmentVariables.Get("RES_OPTIONS"));
    }

    private static class FailingType
    {
        internal static readonly InvocationHandler Handler = Fail();

        private static InvocationHandler Fail() => throw new ConfigurationException("KEY is missing.");
    }
}
