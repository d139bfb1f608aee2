using Straggler.Checkpoints;
using Straggler.Metrics;

namespace Straggler.Tests.Metrics;

public sealed class EvaluationRecordTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(7)]
    public void Load_WhatWasSaved_IsTheSame(int? evaluating)
    {
        EvaluationRecord record = new()
        {
            Arrival = 5,
            VirtualTime = 1.5,
            Version = 3,
            Loss = 0.25,
            Accuracy = 0.75,
            ClassAccuracy = [0.5, 1],
            ClientAccuracy = [double.NaN, 0.5],
            EvaluatingClients = evaluating,
            Metrics = [new("gini", 0.1)],
        };
        using MemoryStream file = new();
        using (StateWriter writer = new(file))
        {
            record.Save(writer);
        }

        file.Position = 0;
        using StateReader reader = new(file);
        EvaluationRecord loaded = EvaluationRecord.Load(reader);

        Assert.Equal(record.ClassAccuracy, loaded.ClassAccuracy);
        Assert.Equal(record.ClientAccuracy, loaded.ClientAccuracy);
        Assert.Equal(record.Metrics, loaded.Metrics);
        Assert.Equal(record, loaded with { ClassAccuracy = record.ClassAccuracy, ClientAccuracy = record.ClientAccuracy, Metrics = record.Metrics });
    }
}
