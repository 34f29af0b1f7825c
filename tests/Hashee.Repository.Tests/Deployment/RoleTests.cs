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
    public void No_resource_has_a_wildcard_but_for_tracing_which_knows_no_resources() => Assert.All(
        AllStatements().Where(static statement => statement.Resource.Contains('*', StringComparison.Ordinal)),
        static statement =>
        {
            Assert.Equal("Traces", statement.Condition);
            Assert.StartsWith("xray:", statement.Action, StringComparison.Ordinal);
        });

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
