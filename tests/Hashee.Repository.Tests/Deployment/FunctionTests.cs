namespace Hashee.Repository.Tests.Deployment;

public sealed class FunctionTests
{
    private static readonly Template Template = Template.Read();

    [Fact]
    public void There_are_two_functions() =>
        Assert.Equal(["WebhookFunction", "WorkerFunction"], Template.ResourcesOf("AWS::Serverless::Function"));

    [Theory]
    [InlineData("WebhookFunction", "artifacts/webhook.zip", "bootstrap")]
    [InlineData("WorkerFunction", "artifacts/worker.zip", "hashee")]
    public void A_function_is_the_native_binary_that_the_build_zips(string function, string zip, string handler)
    {
        Assert.Equal("provided.al2023", Template.Function(function, "Runtime"));
        Assert.Equal(handler, Template.Function(function, "Handler"));
        Assert.Equal(zip, Template.Function(function, "CodeUri"));
        Assert.Equal("[!Ref Architecture]", Template.Function(function, "Architectures"));
    }

    [Fact]
    public void The_workers_handler_is_a_door_that_it_has() => Assert.Contains(
        $"const string Handler = \"{Template.Function("WorkerFunction", "Handler")}\";", Repository.ReadSources("src/Hashee.Worker"), StringComparison.Ordinal);

    [Theory]
    [InlineData("WebhookFunction", "WebhookMemorySize", 128)]
    [InlineData("WorkerFunction", "WorkerMemorySize", 1024)]
    public void A_function_has_the_memory_of_its_parameter(string function, string parameter, int megabytes)
    {
        Assert.Equal($"!Ref {parameter}", Template.Function(function, "MemorySize"));
        Assert.Equal(megabytes, Template.Number($"Parameters/{parameter}/Default"));
    }

    [Fact]
    public void The_webhook_stops_when_Hashee_stops_waiting() => Assert.Equal("10", Template.Function("WebhookFunction", "Timeout"));

    [Fact]
    public void The_webhook_gets_its_variables_and_no_key_and_no_token() => Assert.Equal(
        "{HASHEE_AGENT_ID: !Ref HasheeAgentId, HASHEE_WEBHOOK_SECRET: !Ref HasheeWebhookSecret, "
        + "HASHEE_WEBHOOK_SECRET_ENCODING: !Ref HasheeWebhookSecretEncoding, JOBS_QUEUE_URL: !Ref JobsQueue}",
        Template.Function("WebhookFunction", "Environment/Variables"));

    [Fact]
    public void The_worker_gets_its_variables_and_no_webhook_secret() => Assert.Equal(
        "{HASHEE_AGENT_ID: !Ref HasheeAgentId, HASHEE_AGENT_TOKEN: !Ref HasheeAgentToken, "
        + "HASHEE_X25519_PRIVATE_BASE64: !Ref HasheeX25519Private, HASHEE_ED25519_PRIVATE_BASE64: !Ref HasheeEd25519Private, "
        + "HASHEE_SENDER_SIGNATURE: !Ref HasheeSenderSignature, HASHEE_REPLY: !Ref HasheeReply, HASHEE_BASE_URL: !Ref HasheeBaseUrl, "
        + "HASHEE_KEY_CACHE_SECONDS: !Ref HasheeKeyCacheSeconds, JOBS_TRIES: !Ref JobsTries, JOBS_PATIENCE: !Ref JobsPatience, "
        + "JOBS_QUEUE_URL: !Ref JobsQueue, JOBS_DEAD_LETTER_QUEUE_URL: !Ref DeadLetterQueue, HASHEE_MODEL: !Ref Model, "
        + "HASHEE_SYSTEM_PROMPT: !Ref SystemPrompt, OPENAI_API_KEY: !If [HasOpenAIKey, !Ref OpenAIApiKey, !Ref AWS::NoValue], "
        + "ANTHROPIC_API_KEY: !If [HasAnthropicKey, !Ref AnthropicApiKey, !Ref AWS::NoValue], "
        + "SESSION_TABLE: !If [KeepsSessions, !Ref Sessions, !Ref AWS::NoValue], "
        + "SESSION_TTL_DAYS: !If [KeepsSessions, !Ref SessionTtlDays, !Ref AWS::NoValue]}",
        Template.Function("WorkerFunction", "Environment/Variables"));

    [Theory]
    [InlineData("WebhookFunction", "src/Hashee.Webhook")]
    [InlineData("WorkerFunction", "src/Hashee.Worker")]
    public void A_function_reads_every_variable_it_gets(string function, string folder)
    {
        string sources = Repository.ReadProgram(folder);
        Assert.All(
            Template.Keys($"Resources/{function}/Properties/Environment/Variables"),
            name => Assert.Contains($"\"{name}\"", sources, StringComparison.Ordinal));
    }

    [Fact]
    public void The_webhook_has_a_public_url() => Assert.Equal(
        "{TargetFunctionArn: !GetAtt WebhookFunction.Arn, AuthType: NONE}", Template["Resources/WebhookFunctionUrl/Properties"]);

    [Fact]
    public void The_url_alone_may_invoke_the_webhook_and_nothing_else_is_public()
    {
        string function = "FunctionName: !GetAtt WebhookFunction.Arn";
        Assert.Equal(
            [
                $"{{{function}, Action: lambda:InvokeFunction, Principal: *, InvokedViaFunctionUrl: true}}",
                $"{{{function}, Action: lambda:InvokeFunctionUrl, Principal: *, FunctionUrlAuthType: NONE}}",
            ],
            Template.ResourcesOf("AWS::Lambda::Permission").Select(static id => Template[$"Resources/{id}/Properties"]));
    }

    [Fact]
    public void The_worker_takes_batches_from_the_queue_at_once_and_reports_what_failed() => Assert.Equal(
        "{Jobs: {Type: SQS, Properties: {Queue: !GetAtt JobsQueue.Arn, BatchSize: !Ref BatchSize, "
        + "FunctionResponseTypes: [ReportBatchItemFailures], ScalingConfig: {MaximumConcurrency: !Ref WorkerMaximumConcurrency}}}}",
        Template.Function("WorkerFunction", "Events"));

    [Fact]
    public void Concurrency_is_reserved_for_the_webhook_only_when_asked_for()
    {
        Assert.Equal("0", Template["Parameters/WebhookReservedConcurrency/Default"]);
        Assert.Equal("!Not [!Equals [!Ref WebhookReservedConcurrency, 0]]", Template["Conditions/ReservesWebhooks"]);
        Assert.Equal(
            "!If [ReservesWebhooks, !Ref WebhookReservedConcurrency, !Ref AWS::NoValue]",
            Template.Function("WebhookFunction", "ReservedConcurrentExecutions"));
    }

    [Theory]
    [InlineData("WebhookFunction")]
    [InlineData("WorkerFunction")]
    public void Variables_are_encrypted_with_the_user_s_own_key_when_there_is_one(string function)
    {
        Assert.Equal("", Template["Parameters/KmsKeyArn/Default"]);
        Assert.Equal("!Not [!Equals [!Ref KmsKeyArn, ]]", Template["Conditions/HasKmsKey"]);
        Assert.Equal("!If [HasKmsKey, !Ref KmsKeyArn, !Ref AWS::NoValue]", Template.Function(function, "KmsKeyArn"));
    }

    [Theory]
    [InlineData("WebhookFunction")]
    [InlineData("WorkerFunction")]
    public void Tracing_follows_its_parameter_and_is_off_by_default(string function)
    {
        Assert.Equal("!Ref Tracing", Template.Function(function, "Tracing"));
        Assert.Equal("PassThrough", Template["Parameters/Tracing/Default"]);
        Assert.Equal("[PassThrough, Active]", Template["Parameters/Tracing/AllowedValues"]);
        Assert.Equal("!Equals [!Ref Tracing, Active]", Template["Conditions/Traces"]);
    }

    [Theory]
    [InlineData("WebhookFunction", "WebhookLogs")]
    [InlineData("WorkerFunction", "WorkerLogs")]
    public void A_function_logs_json_to_its_own_group_which_forgets(string function, string group)
    {
        Assert.Equal($"{{LogFormat: JSON, ApplicationLogLevel: !Ref LogLevel, LogGroup: !Ref {group}}}", Template.Function(function, "LoggingConfig"));
        Assert.Equal("!Ref LogRetentionDays", Template[$"Resources/{group}/Properties/RetentionInDays"]);
        Assert.Equal("30", Template["Parameters/LogRetentionDays/Default"]);
        Assert.Equal("INFO", Template["Parameters/LogLevel/Default"]);
    }
}
