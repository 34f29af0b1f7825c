namespace Hashee.Repository.Tests.Deployment;

public sealed class OutputTests
{
    private static readonly Template Template = Template.Read();

    [Theory]
    [InlineData("WebhookUrl", "!GetAtt WebhookFunctionUrl.FunctionUrl")]
    [InlineData("WebhookFunctionName", "!Ref WebhookFunction")]
    [InlineData("WorkerFunctionName", "!Ref WorkerFunction")]
    [InlineData("JobsQueueUrl", "!Ref JobsQueue")]
    [InlineData("DeadLetterQueueUrl", "!Ref DeadLetterQueue")]
    [InlineData("SessionTableName", "!Ref Sessions")]
    [InlineData("WebhookLogGroup", "!Ref WebhookLogs")]
    [InlineData("WorkerLogGroup", "!Ref WorkerLogs")]
    public void An_operator_is_told_what_the_commands_of_the_manual_need(string output, string value) =>
        Assert.Equal(value, Template[$"Outputs/{output}/Value"]);

    [Fact]
    public void No_output_shows_a_secret() => Assert.All(
        Template.Keys("Parameters").Where(static name => Template[$"Parameters/{name}/NoEcho"] == "true"),
        static name => Assert.DoesNotContain(name, Template["Outputs"]!, StringComparison.Ordinal));
}
