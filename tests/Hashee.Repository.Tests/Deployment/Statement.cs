namespace Hashee.Repository.Tests.Deployment;

/// <summary>One action on one resource that a role allows.</summary>
/// <param name="Condition">The template's condition under which it does; "always" without one.</param>
/// <param name="Action">The action, such as <c>sqs:SendMessage</c>.</param>
/// <param name="Resource">The resource in one line of YAML, such as <c>!GetAtt JobsQueue.Arn</c>.</param>
/// <param name="Only">What IAM holds it to, in one line of YAML; empty for nothing.</param>
internal sealed record Statement(string Condition, string Action, string Resource, string Only = "");
