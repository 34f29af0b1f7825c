using Amazon.Lambda.RuntimeSupport;
using Amazon.Lambda.Serialization.SystemTextJson;
using Amazon.SQS;
using AwsSdkPeer;

// The webhook on exactly the four packages a .NET developer would take: AWS's runtime client and serializer, AWS's SDK for the
// queue, NSec for the signature, as far as NSec can (WebhookSecret says why not always).

using WebhookSecret secret = new(Setting("HASHEE_WEBHOOK_SECRET"));
using AmazonSQSClient sqs = new();
Webhook webhook = new(secret, sqs, Setting("JOBS_QUEUE_URL"), TimeProvider.System);

using LambdaBootstrap bootstrap = LambdaBootstrapBuilder
    .Create<FunctionUrlRequest, FunctionUrlResponse>(webhook.HandleAsync, new SourceGeneratorLambdaJsonSerializer<PeerJsonContext>())
    .Build();
await bootstrap.RunAsync();

static string Setting(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"the environment variable {name} is missing");
