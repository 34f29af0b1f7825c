namespace Hashee.Repository.Tests.Deployment;

public sealed class RoleTests
{
    private static readonly Template Template = Template.Read();

    [Fact]
    public void Each_function_has_a_role_of_its_own()
    {
        Assert.Equal(["WebhookRole", "WorkerRole"], Template.ResourcesOf("AWS::IAM::Role"));
        Assert.Equal("!GetAtt WebhookRole.Arn", Template.Function("WebhookFunction", "Role"));
        Assert.Equal("!GetAtt WorkerRole.Arn", Template.Function("WorkerFunction", "Role"));
    }

    [Fact]
    public void Only_Lambda_takes_the_roles() => Assert.All(Template.ResourcesOf("AWS::IAM::Role"), static role => Assert.Equal(
        "{Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]}",
        Template[$"Resources/{role}/Properties/AssumeRolePolicyDocument"]));

    [Fact]
    public void The_webhook_may_log_and_send_to_the_jobs_queue() => Assert.Equal(
        Sorted(
        [
            new("always", "logs:CreateLogStream", "!GetAtt WebhookLogs.Arn"),
            new("always", "logs:PutLogEvents", "!GetAtt WebhookLogs.Arn"),
            new("always", "sqs:SendMessage", "!GetAtt JobsQueue.Arn"),
            .. Optional,
        ]),
        Sorted(Template.StatementsOf("WebhookRole")));

    [Fact]
    public void The_worker_may_log_and_empty_the_jobs_queue_and_send_dead_letters() => Assert.Equal(
        Sorted(
        [
            new("always", "logs:CreateLogStream", "!GetAtt WorkerLogs.Arn"),
            new("always", "logs:PutLogEvents", "!GetAtt WorkerLogs.Arn"),
            new("always", "sqs:ChangeMessageVisibility", "!GetAtt JobsQueue.Arn"),
            new("always", "sqs:DeleteMessage", "!GetAtt JobsQueue.Arn"),
            new("always", "sqs:GetQueueAttributes", "!GetAtt JobsQueue.Arn"),
            new("always", "sqs:ReceiveMessage", "!GetAtt JobsQueue.Arn"),
            new("always", "sqs:SendMessage", "!GetAtt DeadLetterQueue.Arn"),
            new("KeepsSessions", "dynamodb:GetItem", "!GetAtt Sessions.Arn"),
            new("KeepsSessions", "dynamodb:PutItem", "!GetAtt Sessions.Arn"),
            new("KeepsSessions", "dynamodb:Query", "!GetAtt Sessions.Arn"),
            new("KeepsSessions", "dynamodb:UpdateItem", "!GetAtt Sessions.Arn"),
            .. Models("bedrock:InvokeModel"),
            .. Models("bedrock:InvokeModelWithResponseStream"),
            new("HasSecrets", "secretsmanager:GetSecretValue", "!Ref SecretArns"),
            new("HasParameters", "ssm:GetParameter", ParameterArns, OfThisStack),
            .. Optional,
        ]),
        Sorted(Template.StatementsOf("WorkerRole")));

    [Fact]
    public void Nothing_but_the_agent_may_use_a_managed_policy_or_a_policy_outside_the_roles()
    {
        Assert.Equal(["AssumeRolePolicyDocument", "Policies"], Template.Keys("Resources/WebhookRole/Properties"));
        Assert.Equal(["AssumeRolePolicyDocument", "ManagedPolicyArns", "Policies"], Template.Keys("Resources/WorkerRole/Properties"));
        Assert.Equal(
            "!If [HasWorkerPolicy, [!Ref WorkerPolicyArn], !Ref AWS::NoValue]", Template["Resources/WorkerRole/Properties/ManagedPolicyArns"]);
        Assert.Equal("!Not [!Equals [!Ref WorkerPolicyArn, ]]", Template["Conditions/HasWorkerPolicy"]);
        Assert.Equal("", Template["Parameters/WorkerPolicyArn/Default"]);
        Assert.All(Template.ResourcesOf("AWS::Serverless::Function"), static function =>
            Assert.Null(Template.Function(function, "Policies")));
        Assert.All(Template.Keys("Resources"), static id =>
            Assert.DoesNotContain("Policy", Template[$"Resources/{id}/Type"]!, StringComparison.Ordinal));
    }

    [Fact]
    public void No_action_has_a_wildcard() => Assert.All(AllStatements(), static statement =>
        Assert.DoesNotContain('*', statement.Action));

    [Fact]
    public void No_resource_has_a_wildcard_but_for_traces_which_have_none_models_of_any_region_and_parameters_held_to_region_and_account() => Assert.All(
        AllStatements().Where(static statement => statement.Resource.Contains('*', StringComparison.Ordinal)),
        static statement => Assert.True(
            (statement.Condition, statement.Action[..(statement.Action.IndexOf(':', StringComparison.Ordinal) + 1)]) is ("Traces", "xray:")
                or ("AsksBedrock", "bedrock:")
            || (statement.Action, statement.Only) == ("ssm:GetParameter", OfThisStack)));

    [Theory]
    [InlineData("AsksBedrock", "!Equals [!Select [0, !Split [:, !Ref Model]], bedrock]")]
    [InlineData("KeepsSessions", "!Equals [!Ref SessionTable, on]")]
    [InlineData("HasSecrets", "!Not [!Equals [!Join [, !Ref SecretArns], ]]")]
    [InlineData("HasParameters", "!Not [!Equals [!Join [, !Ref ParameterNames], ]]")]
    public void What_a_parameter_does_not_ask_for_is_not_allowed(string condition, string value) =>
        Assert.Equal(value, Template[$"Conditions/{condition}"]);

    [Fact]
    public void Sessions_are_one_encrypted_table_paid_by_use_which_forgets()
    {
        Assert.Equal(
            "{BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: session_key, AttributeType: S}, {AttributeName: item, AttributeType: S}], "
            + "KeySchema: [{AttributeName: session_key, KeyType: HASH}, {AttributeName: item, KeyType: RANGE}], "
            + "TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}, SSESpecification: {SSEEnabled: true}}",
            Template["Resources/Sessions/Properties"]);
        Assert.Equal("KeepsSessions", Template["Resources/Sessions/Condition"]);
        Assert.Equal(["Sessions"], Template.ResourcesOf("AWS::DynamoDB::Table"));
    }

    private const string OfThisStack =
        "{StringEquals: {aws:ResourceAccount: !Ref AWS::AccountId, aws:RequestedRegion: !Ref AWS::Region}}";

    private const string ParameterArns =
        "!Split [,, !Join [, [arn:*:ssm:*:*:parameter/, !Join [,arn:*:ssm:*:*:parameter/, !Ref ParameterNames]]]]";

    private static IEnumerable<Statement> Models(string action) =>
    [
        new("AsksBedrock", action, "!Sub arn:${AWS::Partition}:bedrock:*::foundation-model/*"),
        new("AsksBedrock", action, "!Sub arn:${AWS::Partition}:bedrock:*:${AWS::AccountId}:inference-profile/*"),
    ];

    private static IEnumerable<Statement> Optional =>
    [
        new("HasKmsKey", "kms:Decrypt", "!Ref KmsKeyArn"),
        new("Traces", "xray:PutTelemetryRecords", "*"),
        new("Traces", "xray:PutTraceSegments", "*"),
    ];

    private static IEnumerable<Statement> AllStatements() => Template.ResourcesOf("AWS::IAM::Role").SelectMany(Template.StatementsOf);

    private static IEnumerable<Statement> Sorted(IEnumerable<Statement> statements) =>
        statements.OrderBy(static statement => statement.ToString(), StringComparer.Ordinal);
}
