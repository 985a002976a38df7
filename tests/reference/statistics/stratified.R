# Rate and standard error of a stratified sample, of the whole and of a part, by R's survey package. Reads stratum,population,hit,part from standard input.
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "adjust")
units <- read.csv(file("stdin"))
design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~population, data = units)
whole <- svymean(~hit, design)
part <- svyratio(~I(hit * part), ~part, design)
cat(sprintf("%.15g %.15g\n", coef(whole), SE(whole)))
cat(sprintf("%.15g %.15g\n", coef(part), SE(part)))
