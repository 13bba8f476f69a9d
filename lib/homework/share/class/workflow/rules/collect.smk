# The pages of the course, and grades.csv; outcomes are those of `feedback`.
rule collect:
    input:
        expand("groups/{group}.json", group=GROUPS),
    output:
        "collected.json",
    log:
        "logs/collect.log",
    params:
        options=join(config["feedback"]),
        out=join([OUT]),
        watched=WATCHED,
        patience=config["patience"],
    retries: config["retries"]
    shell:
        """
        {params.watched} {output}.alive {params.patience} \
            {HOMEWORK} feedback {params.out} {params.options} --outcomes {output} \
            --course > {log} 2>&1 || test -e {output}
        """
