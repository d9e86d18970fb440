// Settings of trainings by name, to be read from and written to those of fitters.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "predictors/fitter_settings.hpp"
#include "training/loop.hpp"
#include "training/loss.hpp"

namespace latpred {

/// Passes what `Settings` has of loss, optimiser, schedule and loop to `visit`.
template <class Settings, class Visit>
void for_each_training_setting(Settings& s, Visit&& visit) {
    visit("loss", s.loss.name);
    visit("beta", s.loss.beta);
    visit("margin", s.loss.margin);
    visit("optimizer", s.optimizer.name);
    visit("learning_rate", s.optimizer.learning_rate);
    visit("weight_decay", s.optimizer.weight_decay);
    visit("momentum", s.optimizer.momentum);
    visit("nesterov", s.optimizer.nesterov);
    visit("beta1", s.optimizer.beta1);
    visit("beta2", s.optimizer.beta2);
    visit("epsilon", s.optimizer.epsilon);
    visit("schedule", s.schedule.name);
    visit("warmup", s.schedule.warmup);
    visit("floor", s.schedule.floor);
    visit("step_share", s.schedule.step_share);
    visit("step_factor", s.schedule.step_factor);
    visit("peak_share", s.schedule.peak_share);
    visit("epochs", s.loop.epochs);
    visit("batch_size", s.loop.batch_size);
    visit("patience", s.loop.patience);
    visit("keep_best", s.loop.keep_best);
    visit("clip_norm", s.loop.clip_norm);
    visit("criterion", s.loop.criterion);
    visit("scale_target", s.scale_target);
    visit("validation_share", s.validation_share);
}

/// Reads each setting; what is not there stays.
struct SettingReader {
    FitterSettings& from;

    void operator()(const char* name, double& value) const { value = from.number(name, value); }
    void operator()(const char* name, bool& value) const { value = from.flag(name, value); }
    void operator()(const char* name, std::size_t& value) const { value = from.count(name, value); }
    void operator()(const char* name, std::string& value) const { value = from.word(name, value); }
    void operator()(const char* name, std::vector<std::size_t>& value) const {
        value = from.counts(name, value);
    }
};

}  // namespace latpred
