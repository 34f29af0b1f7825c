namespace Hashee.Aws;

/// <summary>A query for items of one partition.</summary>
/// <param name="Table">The table.</param>
/// <param name="KeyCondition">KeyConditionExpression, such as <c>session_key = :key</c>.</param>
/// <param name="Expression">What its placeholders stand for.</param>
internal sealed record DynamoQuery(string Table, string KeyCondition, DynamoExpression Expression)
{
    /// <summary>The items wanted; the rest is not asked for.</summary>
    internal int Limit { get; init; } = int.MaxValue;

    /// <summary>Whether the largest sort key comes first.</summary>
    internal bool IsDescending { get; init; }

    /// <summary>Pages that are followed before the query is an error.</summary>
    internal int MostPages { get; init; } = 100;
}
