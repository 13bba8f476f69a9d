# The pages of the course, and grades.csv.
rule collect:
    input:
        expand("groups/{group}.json", group=GROUPS),
    output:
        touch("collected"),
    log:
        "logs/collect.log",
    params:
        options=join(config["feedback"]),
        out=join([OUT]),
    shell:
        "{HOMEWORK} feedback {params.out} {params.options} --course > {log} 2>&1"
